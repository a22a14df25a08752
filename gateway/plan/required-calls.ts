import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { type Fielded, isFielded, withoutUnused } from './externals.ts';
import { namedType, selectionOf, textOf } from './join.ts';
import { APART } from './specialise.ts';

/** A field with the arguments that some `@requires` asks it with. */
export interface RequiredCall {
  readonly field: string;
  readonly arguments: FieldNode['arguments'];
}

/** What fields require of others. */
export interface Required {
  /** By the names of the fields that stand for them. */
  readonly calls: ReadonlyMap<string, RequiredCall>;
  /** What each field requires, by coordinates such as `Dish.postage`: all names in it, of calls and of fields. */
  readonly requirements: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Gives each field that a `@requires` asks with arguments a name of its own, so that the planner cannot take it for the same
 * field with others, or with none: it would send the wrong value.
 */
export function callsApart(document: DocumentNode): Required & { document: DocumentNode } {
  const types = new Map<string, Fielded>();
  for (const node of document.definitions) if (isFielded(node)) types.set(node.name.value, node);
  const names = new Map<string, string>();
  const calls = new Map<string, RequiredCall>();
  const requirements = new Map<string, ReadonlySet<string>>();
  /** The fields to be added to each type: their names, and those that they are like. */
  const added = new Map<string, Map<string, string>>();

  function nameOf({ name, arguments: args = [] }: FieldNode): string {
    const key = `${name.value}(${args.map(print).sort()})`;
    const known = names.get(key) ?? `${APART}${names.size}_${name.value}`;
    names.set(key, known);
    calls.set(known, { field: name.value, arguments: args });
    return known;
  }

  function add(type: string, name: string, like: string): void {
    added.set(type, (added.get(type) ?? new Map()).set(name, like));
    for (const node of types.values())
      if (node.interfaces?.some((one) => one.name.value === type)) add(node.name.value, name, like);
  }

  function apart(set: SelectionSetNode, type: string, met: Set<string>): SelectionSetNode {
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        return { ...selection, selectionSet: apart(selection.selectionSet, condition, met) };
      }
      const { name, arguments: args = [], selectionSet } = selection;
      const definition = types.get(type)?.fields?.find((field) => field.name.value === name.value);
      const planned = args.length > 0 ? nameOf(selection) : name.value;
      if (args.length > 0) add(type, planned, name.value);
      met.add(planned);
      const inner = selectionSet && definition && apart(selectionSet, namedType(definition.type), met);
      return { ...selection, name: { ...name, value: planned }, arguments: [], ...(inner && { selectionSet: inner }) };
    });
    return { ...set, selections };
  }

  function requiringApart(directive: ConstDirectiveNode, type: string, field: string): ConstDirectiveNode {
    const required = textOf(directive, 'requires');
    if (required === undefined) return directive;
    const met = new Set(requirements.get(`${type}.${field}`));
    const value = print(apart(selectionOf(required), type, met))
      .slice(1, -1)
      .replace(/\s+/g, ' ')
      .trim();
    requirements.set(`${type}.${field}`, met);
    const args = directive.arguments?.map((argument) =>
      argument.name.value === 'requires' ? { ...argument, value: { ...argument.value, value } } : argument,
    );
    return { ...directive, arguments: args as ConstArgumentNode[] };
  }

  const renamed = document.definitions.map((node) => {
    if (!isFielded(node)) return node;
    const fields = node.fields?.map((field) => ({
      ...field,
      directives: (field.directives ?? []).map((one) => requiringApart(one, node.name.value, field.name.value)),
    }));
    return { ...node, ...(fields && { fields }) };
  });

  const definitions = renamed.map((node) => {
    const more = isFielded(node) ? added.get(node.name.value) : undefined;
    if (!isFielded(node) || !more) return node;
    const like = (name: string) => node.fields?.find((field) => field.name.value === name);
    const copies = [...more].flatMap(([name, original]) => copyOf(like(original), name));
    return { ...node, fields: [...(node.fields ?? []), ...copies] };
  });
  // A subgraph names a field by the one name or by the other.
  return { document: { ...document, definitions: withoutUnused(definitions) }, calls, requirements };
}

/** Asks a subgraph for the calls, where a plan asks for the fields that stand for them. */
export function withCalls(operation: string, calls: ReadonlyMap<string, RequiredCall>): string {
  if (![...calls.keys()].some((name) => operation.includes(name))) return operation;
  const document = visit(parse(operation, { noLocation: true }), {
    Field(node): FieldNode | undefined {
      const call = calls.get(node.name.value);
      if (!call) return undefined;
      const name = { kind: Kind.NAME, value: call.field } as const;
      return { ...node, alias: node.alias ?? node.name, name, arguments: call.arguments ?? [] };
    },
  });
  return stripIgnoredCharacters(print(document));
}

function copyOf(field: FieldDefinitionNode | undefined, name: string): FieldDefinitionNode[] {
  return field ? [{ ...field, name: { kind: Kind.NAME, value: name }, arguments: [] }] : [];
}
