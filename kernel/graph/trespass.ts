import {
  type FieldDefinitionNode,
  Kind,
  type ListValueNode,
  parse,
  print,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import type { Module } from '../module.ts';
import { sharedSdl } from '../sdl.ts';
import { wrongDirective } from './directives.ts';
import { MACHINERY, named, ROOTS, selectionIn, type TypePart, typesOf } from './part.ts';

/** A module's part of the graph, and by which scope others may read it. */
export type PartOwner = Pick<Module, 'name' | 'schema' | 'readBy'>;

/** Whoever adds to the graph of others. */
export type PartAdder = Pick<Module, 'name' | 'schema' | 'scopes'>;

/**
 * Where a plug-in's part of the graph goes beyond adding types, and fields to others' types by their keys: it may not be
 * another's, answer for another's field, or require what its scopes do not let it read. Undefined when nowhere.
 */
export function trespass(plugin: PartAdder, others: readonly PartOwner[]): string | undefined {
  const mine = typesOf(plugin.schema);
  if (plugin.schema && hasSchemaNode(plugin.schema)) return 'it says what its root types are, or links to something';
  for (const type of mine.values()) {
    const { name } = type;
    const machine = [name, ...(ROOTS.has(name) ? type.fields.keys() : [])].find((one) => MACHINERY.test(one));
    if (machine) return `its ${machine} is a name of federation’s own`;
    if (typesOf(sharedSdl).has(name)) return `its type ${name} is one of the product, which all modules have`;
    const owners = ROOTS.has(name) ? [] : others.filter(({ schema }) => typesOf(schema).has(name));
    const reason =
      wrongDirective(type, owners.length > 0, (field) => isBorrowed(type, field)) ??
      (owners.length > 0 ? onForeignType(type, owners) : undefined) ??
      beyondScopes(type, others, plugin) ??
      (owners.length > 0 || ROOTS.has(name) ? implementing(type) : undefined);
    if (reason) return reason;
  }
  return undefined;
}

/** A field of another's type that is named to be known by, and not added. */
function isBorrowed({ keys }: TypePart, { name, directives }: FieldDefinitionNode): boolean {
  return keys.flatMap(topFields).includes(name.value) || named(directives, 'external').length > 0;
}

/** What another's type is like is not a plug-in's to say. */
function implementing({ name, nodes }: TypePart): string | undefined {
  const [first] = nodes.flatMap((node) => ('interfaces' in node && node.interfaces) || []);
  return first && `its type ${name} is not its own, and may not implement ${first.name.value}`;
}

/** A plug-in that could call another type Query would have what it says of that looked at as of a type of its own. */
function hasSchemaNode(schema: string): boolean {
  const { definitions } = parse(schema, { noLocation: true });
  return definitions.some(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION);
}

function onForeignType(type: TypePart, owners: readonly PartOwner[]): string | undefined {
  const { name } = type;
  const theirs = owners.map((owner) => typesOf(owner.schema).get(name)!);
  const home = homeOf(name, owners);
  if (type.keys.length === 0) return `its type ${name} is one of ${home}; fields are added to it by its @key`;
  const known = theirs.flatMap(({ keys }) => keys.map(print));
  const foreign = type.keys.find((key) => !known.includes(print(key)));
  if (foreign) return `its type ${name} is one of ${home}, and has no @key of "${inner(foreign)}" there`;
  if (type.nodes.some((node) => 'description' in node && node.description))
    return `its type ${name} is one of ${home}, which says what it is`;
  for (const field of type.fields.values()) {
    const reason = isBorrowed(type, field) ? alteredField(type, field, theirs) : takenField(type, field, owners);
    if (reason) return reason;
  }
  return undefined;
}

/** A field that is only named is what it is where it is from: to say that it may be null would make it so for all. */
function alteredField({ name }: TypePart, field: FieldDefinitionNode, theirs: readonly TypePart[]): string | undefined {
  const own = theirs.flatMap(({ fields }) => fields.get(field.name.value) ?? []);
  const isAltered = own.length > 0 && !own.some(({ type }) => print(type) === print(field.type));
  return isAltered ? `its field ${name}.${field.name.value} is not ${print(field.type)} where it is from` : undefined;
}

function takenField(
  { name }: TypePart,
  { name: { value: field } }: FieldDefinitionNode,
  owners: readonly PartOwner[],
): string | undefined {
  const owner = owners.find(({ schema }) => {
    const own = typesOf(schema).get(name)?.fields.get(field);
    return own && named(own.directives, 'external').length === 0;
  });
  return owner && `its field ${name}.${field} is one of ${owner.name}`;
}

/** The module that says the most of a type: others add to it. */
function homeOf(type: string, owners: readonly PartOwner[]): string | undefined {
  const size = ({ schema }: PartOwner) => typesOf(schema).get(type)?.fields.size ?? 0;
  return owners.toSorted((one, other) => size(other) - size(one))[0]?.name;
}

/** What of others a type's keys, or what its fields require and provide, would bring to a plug-in beyond its scopes. */
function beyondScopes(
  { name, keys, fields }: TypePart,
  others: readonly PartOwner[],
  { scopes = [], ...own }: PartAdder,
): string | undefined {
  const parts = [own, ...others];
  const held = new Set(scopes);
  /** Says what a place would bring by selections on a type. */
  const greedy = (place: string, typeName: string, selections: readonly SelectionSetNode[]) => {
    for (const selection of selections) {
      const found = forbidden(selection, typeName, parts, held);
      if (found) return `its ${place} requires ${found.field}, which needs the scope ${found.scope}`;
    }
    return undefined;
  };
  const selected = (directives: FieldDefinitionNode['directives'], directive: string) =>
    named(directives, directive).flatMap((one) => selectionIn(one) ?? []);

  const byKeys = greedy(name, name, keys);
  if (byKeys) return byKeys;
  for (const { name: field, type, directives } of fields.values()) {
    const place = `${name}.${field.value}`;
    const reason =
      greedy(place, name, selected(directives, 'requires')) ??
      greedy(place, leafOf(type), selected(directives, 'provides'));
    if (reason) return reason;
  }
  return undefined;
}

/** The first field of a selection that the scopes do not let one read. */
function forbidden(
  { selections }: SelectionSetNode,
  typeName: string,
  others: readonly PartOwner[],
  scopes: ReadonlySet<string>,
): { field: string; scope: string } | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    const condition = selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : undefined;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const found = forbidden(selection.selectionSet, condition ?? typeName, others, scopes);
      if (found) return found;
      continue;
    }
    const field = selection.name.value;
    for (const { schema, readBy } of others) {
      const part = typesOf(schema).get(typeName);
      const own = part?.fields.get(field);
      if (!part || !own || named(own.directives, 'external').length > 0) continue;
      const isKey = part.keys.some((key) => topFields(key).includes(field));
      const missing = isKey ? undefined : lacking(part, own, readBy, scopes);
      if (missing) return { field: `${typeName}.${field}`, scope: missing };
      const found = selection.selectionSet && forbidden(selection.selectionSet, leafOf(own.type), others, scopes);
      if (found) return found;
    }
  }
  return undefined;
}

/** The scope that is missing to read a field; several that are needed together are joined by "and". */
function lacking(
  part: TypePart,
  field: FieldDefinitionNode,
  readBy: string | undefined,
  scopes: ReadonlySet<string>,
): string | undefined {
  if (readBy !== undefined && !scopes.has(readBy)) return readBy;
  for (const directives of [part.directives, field.directives]) {
    for (const needed of named(directives, 'requiresScopes')) {
      const sets = setsIn(needed.arguments?.[0]?.value as ListValueNode);
      if (!sets.some((set) => set.every((scope) => scopes.has(scope)))) return (sets[0] ?? []).join(' and ');
    }
  }
  return undefined;
}

/** The scopes that a part of the graph asks for. */
export function scopesAsked(schema: string | undefined): readonly string[] {
  const places = [...typesOf(schema).values()].flatMap(({ directives, fields }) => [
    directives,
    ...[...fields.values()].map((field) => field.directives),
  ]);
  return places
    .flatMap((directives) => named(directives, 'requiresScopes'))
    .flatMap((needed) => setsIn(needed.arguments?.[0]?.value as ListValueNode).flat());
}

function setsIn(value: ListValueNode): string[][] {
  return value.values.map((set) =>
    (set as ListValueNode).values.flatMap((scope) => (scope.kind === Kind.STRING ? scope.value : [])),
  );
}

function topFields({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((one) => (one.kind === Kind.FIELD ? one.name.value : []));
}

function leafOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : leafOf(type.type);
}

function inner(selection: SelectionSetNode): string {
  return print(selection)
    .replaceAll(/\s+/g, ' ')
    .replace(/^\{ | \}$/g, '');
}
