import {
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql';
import { type Fielded, isFielded, isPromised, withoutUnused } from './externals.ts';
import { graphOf, joined, namedType, ofGraph, selectionOf, subgraphNames, textOf } from './join.ts';
import { standIn } from './stand-in.ts';

/** The names of subgraphs, by the names of those that stand for them. */
export type Stands = ReadonlyMap<string, string>;

type Types = ReadonlyMap<string, TypeDefinitionNode>;

/**
 * Sets the fields apart that require others: each in a subgraph of its own, which stands for the one it is of. The planner
 * has a subgraph that is asked anyway answer at once what is required of it, and forgets that this may require something
 * too; and it takes what a subgraph is told for what it knows. With subgraphs of their own it can do neither, though it
 * often makes a fetch more. Undefined when no field requires any.
 */
export function requiringApart(document: DocumentNode): { document: DocumentNode; stands: Stands } | undefined {
  const types = new Map(document.definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]));
  const names = subgraphNames(document);
  const stands = new Map<string, string>();
  /** What is said besides, by its place, and what is no longer said. */
  const said = new Map<string, ConstDirectiveNode[]>();
  const moved = new Set<ConstDirectiveNode>();
  const say = (place: string, one: ConstDirectiveNode) => said.set(place, [...(said.get(place) ?? []), one]);

  for (const group of requiring(types)) {
    const other = graphOf(group[0].directive);
    const graph = `${other}_APART_${stands.size}`;
    stands.set(graph, names.get(other) ?? '');
    const { find, select, answer, complete } = standIn(types, graph, other, say);
    for (const { type, field, directive } of group) {
      const place = `${type.name.value}.${field.name.value}`;
      moved.add(directive);
      say(place, ofGraph(directive, graph));
      if (isPromised(types, type, field, other)) say(place, joined('field', other, { external: true }));
      find(type.name.value);
      const required = textOf(directive, 'requires');
      if (required !== undefined) select(type.name.value, selectionOf(required));
      answer(namedType(field.type));
      for (const argument of field.arguments ?? []) answer(namedType(argument.type));
    }
    complete();
  }
  if (stands.size === 0) return undefined;
  const definitions = document.definitions.map((node) => (isTypeDefinitionNode(node) ? restated(node) : node));
  return { document: { ...document, definitions: withoutUnused(definitions) }, stands };

  function restated(node: TypeDefinitionNode): TypeDefinitionNode {
    const { name, directives = [] } = node;
    const of = { ...node, directives: [...directives, ...(said.get(name.value) ?? [])] };
    if (of.kind === Kind.ENUM_TYPE_DEFINITION) {
      const values = of.values?.map((value) => part(name.value, value)) ?? [];
      return {
        ...of,
        values: name.value === 'join__Graph' ? [...values, ...[...stands.keys()].map(subgraph)] : values,
      };
    }
    if (!('fields' in of)) return of;
    const fields = of.fields as readonly FieldDefinitionNode[] | undefined;
    // A field of which nothing is said would be in the subgraphs that are new, too.
    const everywhere = said.has(name.value) ? ownersOf(node).map((graph) => joined('field', graph)) : [];
    return { ...of, fields: fields?.map((field) => part(name.value, field, everywhere)) } as TypeDefinitionNode;
  }

  function part<Part extends FieldDefinitionNode | EnumValueDefinitionNode>(
    type: string,
    node: Part,
    everywhere: readonly ConstDirectiveNode[] = [],
  ): Part {
    const { name, directives = [] } = node;
    const isSaid = directives.some((one) => one.name.value.startsWith('join__'));
    const kept = directives.filter((one) => !moved.has(one));
    return {
      ...node,
      directives: [...kept, ...(isSaid ? [] : everywhere), ...(said.get(`${type}.${name.value}`) ?? [])],
    };
  }
}

/** A field that is to be set apart, and the directive that says whose it is. */
interface Apart {
  type: Fielded;
  field: FieldDefinitionNode;
  directive: ConstDirectiveNode;
}

/** The fields to be set apart; together those of a type and a subgraph that require the same. */
function requiring(types: Types): Iterable<readonly [Apart, ...Apart[]]> {
  const groups = new Map<string, [Apart, ...Apart[]]>();
  for (const type of types.values()) {
    for (const field of (isFielded(type) && type.fields) || []) {
      for (const directive of field.directives ?? []) {
        const required = textOf(directive, 'requires');
        if (required === undefined || !isFielded(type)) continue;
        const key = JSON.stringify([graphOf(directive), type.name.value, required]);
        const group = groups.get(key);
        if (group) group.push({ type, field, directive });
        else groups.set(key, [{ type, field, directive }]);
      }
    }
  }
  return groups.values();
}

/** The subgraphs that know a type. */
function ownersOf({ directives = [] }: TypeDefinitionNode): readonly string[] {
  return [...new Set(directives.flatMap((one) => (one.name.value === 'join__type' ? graphOf(one) : [])))];
}

/** What the supergraph says of a subgraph that stands for another. */
function subgraph(graph: string): EnumValueDefinitionNode {
  const said = joined('graph', undefined, { name: graph, url: '' });
  return { kind: Kind.ENUM_VALUE_DEFINITION, name: { kind: Kind.NAME, value: graph }, directives: [said] };
}
