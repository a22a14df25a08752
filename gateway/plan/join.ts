import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** The names of a supergraph's subgraphs, by what they are called in its directives. */
export function subgraphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph' ? (node.values ?? []) : [],
  );
  return new Map(
    graphs.flatMap(({ name, directives = [] }) =>
      directives.map((one): [string, string] => [name.value, textOf(one, 'name') ?? '']),
    ),
  );
}

/** A directive of a supergraph, such as `@join__type(graph: STOCK)`, with what more it says: nothing that is undefined. */
export function joined(
  name: string,
  graph: string | undefined,
  said: Readonly<Record<string, string | boolean | undefined>> = {},
): ConstDirectiveNode {
  const argument = (name: string, value: ConstValueNode) =>
    ({ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value }) as const;
  const more = Object.entries(said).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return argument(name, typeof value === 'string' ? { kind: Kind.STRING, value } : { kind: Kind.BOOLEAN, value });
  });
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: `join__${name}` },
    arguments: [...(graph === undefined ? [] : [argument('graph', { kind: Kind.ENUM, value: graph })]), ...more],
  };
}

/** The same directive of another subgraph. */
export function ofGraph(directive: ConstDirectiveNode, graph: string): ConstDirectiveNode {
  const args = directive.arguments?.filter(({ name }) => name.value !== 'graph') ?? [];
  return { ...directive, arguments: [...(joined('', graph).arguments ?? []), ...args] };
}

/** A text of a supergraph's directive, such as what a field requires. */
export function textOf(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = argumentOf(directive, argument);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The subgraph that a supergraph's directive speaks of; empty for none. */
export function graphOf(directive: ConstDirectiveNode): string {
  const value = argumentOf(directive, 'graph');
  return value?.kind === Kind.ENUM ? value.value : '';
}

/** Whether a supergraph's directive says so, such as of a field that it is external; undefined when it says nothing. */
export function saysOf(directive: ConstDirectiveNode, argument: string): boolean | undefined {
  const value = argumentOf(directive, argument);
  return value?.kind === Kind.BOOLEAN ? value.value : undefined;
}

function argumentOf({ name, arguments: args = [] }: ConstDirectiveNode, argument: string): ConstValueNode | undefined {
  return name.value.startsWith('join__') ? args.find((one) => one.name.value === argument)?.value : undefined;
}

/** Whether a type or a part of it belongs to a subgraph by this very directive, such as `join__field`. */
export function isOf(directive: ConstDirectiveNode, name: string, graph: string): boolean {
  return directive.name.value === `join__${name}` && graphOf(directive) === graph;
}

/** What a key, a requirement or a provision selects. */
export function selectionOf(fields: string): SelectionSetNode {
  return (parse(`{ ${fields} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode).selectionSet;
}

/** The name of a type, without lists and what may not be null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
