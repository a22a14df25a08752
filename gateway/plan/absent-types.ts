import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parseType,
  type TypeDefinitionNode,
} from 'graphql';
import { graphOf, joined, namedType, saysOf, subgraphNames, textOf } from './join.ts';

/**
 * What subgraphs are taken to know though they never answer with it: types such as `stock Coupon`, and members of an
 * abstract type such as `stock Offer.Coupon`.
 */
export type Absent = ReadonlySet<string>;

/**
 * Has every subgraph that answers a field of an abstract type know all types that any subgraph answers it with. Where one of
 * several does not know such a type, the planner takes it for impossible in all of them, and drops what is asked of it. Of
 * what it never answers with, a subgraph may be said to know anything: it costs no fetch, and is taken out of what the
 * subgraph is asked. A document in which there is nothing to add is answered as it is.
 */
export function absentTypesKnown(document: DocumentNode): { document: DocumentNode; absent: Absent } {
  const types = new Map(document.definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]));
  const names = subgraphNames(document);
  const absent = new Set<string>();
  /** What is said of each type besides. */
  const said = new Map<string, ConstDirectiveNode[]>();
  /** The subgraphs that did not know a type, by its name. */
  const strangers = new Map<string, Set<string>>();

  const say = (type: string, directive: ConstDirectiveNode) => said.set(type, [...(said.get(type) ?? []), directive]);
  const isKnown = (graph: string, type: string) =>
    strangers.get(type)?.has(graph) ||
    types.get(type)?.directives?.some((one) => isType(one) && graphOf(one) === graph);

  /** Makes a type known to a subgraph, with all that it leads to. */
  function know(graph: string, type: string): void {
    const node = types.get(type);
    if (!node?.directives?.some(isType) || isKnown(graph, type)) return;
    strangers.set(type, (strangers.get(type) ?? new Set()).add(graph));
    absent.add(`${names.get(graph)} ${type}`);
    say(type, joined('type', graph));
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const { name } of node.types ?? []) enrol(graph, type, name.value);
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const one of types.values()) if (interfacesOf(one).includes(type)) know(graph, one.name.value);
    if (!('fields' in node)) return;
    for (const field of node.fields ?? []) {
      know(graph, namedType(field.type));
      if ('arguments' in field) for (const argument of field.arguments ?? []) know(graph, namedType(argument.type));
    }
  }

  function enrol(graph: string, union: string, member: string): void {
    const place = `${names.get(graph)} ${union}.${member}`;
    if (absent.has(place)) return;
    absent.add(place);
    know(graph, member);
    say(union, joined('unionMember', graph, { member }));
  }

  function membersOf(type: TypeDefinitionNode, graph: string): readonly string[] {
    const isMember = (one: ConstDirectiveNode) =>
      graphOf(one) === graph && textOf(one, 'interface') === type.name.value;
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION)
      return [...types.values()].flatMap(({ name, directives }) => (directives?.some(isMember) ? name.value : []));
    const own = type.directives?.filter((one) => graphOf(one) === graph);
    return own?.flatMap((one) => textOf(one, 'member') ?? []) ?? [];
  }

  for (const node of types.values()) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of node.fields ?? []) {
      for (const [type, graphs] of abstractAnswers(node, field, types)) {
        const all = new Set(graphs.length > 1 ? graphs.flatMap((graph) => membersOf(type, graph)) : []);
        if (all.size === 0) continue;
        for (const graph of graphs) {
          const own = membersOf(type, graph);
          for (const member of all) {
            if (own.includes(member)) continue;
            if (type.kind === Kind.UNION_TYPE_DEFINITION) enrol(graph, type.name.value, member);
            else know(graph, member);
          }
        }
      }
    }
  }
  if (said.size === 0) return { document, absent };

  for (const [type, graphs] of strangers) {
    for (const name of interfacesOf(types.get(type))) {
      const isObject = (graph: string) => types.get(name)?.directives?.some((one) => isInterfaceObject(one, graph));
      for (const graph of graphs)
        if (isKnown(graph, name) && !isObject(graph)) say(type, joined('implements', graph, { interface: name }));
    }
  }
  const definitions = document.definitions.map((node): DefinitionNode => {
    const more = isTypeDefinitionNode(node) && said.get(node.name.value);
    if (!more) return node;
    const { directives = [], ...rest } = withAllOf(node, [...(strangers.get(node.name.value) ?? [])]);
    return { ...rest, directives: [...directives, ...more] } as DefinitionNode;
  });
  return { document: { ...document, definitions }, absent };
}

/** The abstract types that subgraphs answer a field with, each with the subgraphs that do. */
function abstractAnswers(
  { directives: known = [] }: TypeDefinitionNode,
  { type: declared, directives = [] }: FieldDefinitionNode,
  types: ReadonlyMap<string, TypeDefinitionNode>,
): ReadonlyMap<TypeDefinitionNode, readonly string[]> {
  const answers = new Map<TypeDefinitionNode, string[]>();
  const fields = directives.filter(({ name }) => name.value === 'join__field');
  for (const one of fields.length > 0 ? fields : known.filter(isType)) {
    const graph = graphOf(one);
    const own = textOf(one, 'type');
    const type = types.get(namedType(own === undefined ? declared : parseType(own)));
    if (type?.kind !== Kind.UNION_TYPE_DEFINITION && type?.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    if (graph === '' || saysOf(one, 'external') || type.directives?.some((other) => isInterfaceObject(other, graph)))
      continue;
    const graphs = answers.get(type) ?? [];
    if (!graphs.includes(graph)) answers.set(type, [...graphs, graph]);
  }
  return answers;
}

/** Gives all fields and values of a type to subgraphs. */
function withAllOf(node: TypeDefinitionNode, graphs: readonly string[]): TypeDefinitionNode {
  function all<Part extends Pick<FieldDefinitionNode, 'directives'>>(
    parts: readonly Part[] = [],
    name: string,
  ): Part[] {
    const added = graphs.map((graph) => joined(name, graph));
    // A field of which nothing is said is in every subgraph that knows the type.
    const isApart = ({ directives }: Part) => directives?.some((one) => one.name.value === `join__${name}`);
    return parts.map((part) =>
      isApart(part) ? { ...part, directives: [...(part.directives ?? []), ...added] } : part,
    );
  }
  if (node.kind === Kind.ENUM_TYPE_DEFINITION) return { ...node, values: all(node.values, 'enumValue') };
  if (!('fields' in node)) return node;
  const fields: readonly (FieldDefinitionNode | InputValueDefinitionNode)[] = node.fields ?? [];
  return { ...node, fields: all(fields, 'field') } as TypeDefinitionNode;
}

function interfacesOf(node: TypeDefinitionNode | undefined): readonly string[] {
  return node && 'interfaces' in node ? (node.interfaces?.map(({ name }) => name.value) ?? []) : [];
}

function isType({ name }: ConstDirectiveNode): boolean {
  return name.value === 'join__type';
}

/** Whether a directive says that a subgraph knows an interface as an object. */
function isInterfaceObject(directive: ConstDirectiveNode, graph: string): boolean {
  return isType(directive) && graphOf(directive) === graph && saysOf(directive, 'isInterfaceObject') === true;
}
