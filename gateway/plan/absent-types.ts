import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parseType,
  type TypeDefinitionNode,
} from 'graphql';
import { isFielded, isPromised } from './externals.ts';
import { graphOf, isOf, joined, namedType, saysOf, subgraphNames, textOf } from './join.ts';

/**
 * What subgraphs are taken to know though they never answer with it: types such as `stock Coupon`, and members of an
 * abstract type such as `stock Offer.Coupon`.
 */
export type Absent = ReadonlySet<string>;

/**
 * Has every subgraph that answers a field of an abstract type know all types that any subgraph answers it with. Where one of
 * several does not know such a type, the planner takes it for impossible in all of them, and drops what is asked of it. Of
 * what it never answers with, a subgraph may be said to know anything: it costs no fetch, and is taken out of what the
 * subgraph is asked. It is said to know no more than all know that do answer with it, or it would be asked in their place.
 * A document in which there is nothing to add is answered as it is.
 */
export function absentTypesKnown(document: DocumentNode): { document: DocumentNode; absent: Absent } {
  const types = new Map(document.definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]));
  const names = subgraphNames(document);
  const absent = new Set<string>();
  /** What is said of each type besides. */
  const said = new Map<string, ConstDirectiveNode[]>();
  /** The fields that subgraphs are taken to know of a type that they did not, by the type's name. */
  const strangers = new Map<string, Map<string, ReadonlySet<string>>>();

  const say = (type: string, directive: ConstDirectiveNode) => said.set(type, [...(said.get(type) ?? []), directive]);
  const isKnown = (graph: string, type: string) =>
    strangers.get(type)?.has(graph) ||
    types.get(type)?.directives?.some((one) => isType(one) && graphOf(one) === graph);

  /** Makes a type known to a subgraph, with all that it leads to, as far as `tellers` know it, which answer with it. */
  function know(graph: string, type: string, tellers: readonly string[]): void {
    const node = types.get(type);
    if (!node?.directives?.some(isType) || isKnown(graph, type)) return;
    const parts = 'fields' in node ? (node.fields ?? []) : [];
    const told = parts.filter((part) => !isFielded(node) || tellers.every((teller) => isAnswered(node, part, teller)));
    const fields = told.length > 0 ? told : parts;
    const graphs = strangers.get(type) ?? new Map<string, ReadonlySet<string>>();
    strangers.set(type, graphs.set(graph, new Set(fields.map(({ name }) => name.value))));
    absent.add(`${names.get(graph)} ${type}`);
    say(type, joined('type', graph));
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const { name } of node.types ?? []) enrol(graph, type, name.value, tellers);
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const one of types.values()) if (interfacesOf(one).includes(type)) know(graph, one.name.value, tellers);
    for (const field of fields) {
      know(graph, namedType(field.type), tellers);
      for (const argument of ('arguments' in field && field.arguments) || [])
        know(graph, namedType(argument.type), tellers);
    }
  }

  function enrol(graph: string, union: string, member: string, tellers: readonly string[]): void {
    const place = `${names.get(graph)} ${union}.${member}`;
    if (absent.has(place)) return;
    absent.add(place);
    know(graph, member, tellers);
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
            const tellers = graphs.filter((one) => membersOf(type, one).includes(member));
            if (type.kind === Kind.UNION_TYPE_DEFINITION) enrol(graph, type.name.value, member, tellers);
            else know(graph, member, tellers);
          }
        }
      }
    }
  }
  if (said.size === 0) return { document, absent };

  for (const [type, graphs] of strangers) {
    for (const name of interfacesOf(types.get(type))) {
      const isObject = (graph: string) => types.get(name)?.directives?.some((one) => isInterfaceObject(one, graph));
      for (const graph of graphs.keys())
        if (isKnown(graph, name) && !isObject(graph)) say(type, joined('implements', graph, { interface: name }));
    }
  }
  const definitions = document.definitions.map((node): DefinitionNode => {
    const more = isTypeDefinitionNode(node) && said.get(node.name.value);
    if (!more) return node;
    const spoken: TypeDefinitionNode = { ...node, directives: [...(node.directives ?? []), ...more] };
    return restated(spoken, strangers.get(node.name.value) ?? new Map(), types);
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

/** Gives a type's values, and the fields that they are taken to know, to subgraphs. */
function restated(
  node: TypeDefinitionNode,
  graphs: ReadonlyMap<string, ReadonlySet<string>>,
  types: ReadonlyMap<string, TypeDefinitionNode>,
): TypeDefinitionNode {
  const all = [...graphs.keys()];
  if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
    const added = all.map((graph) => joined('enumValue', graph));
    return {
      ...node,
      values: (node.values ?? []).map((one) => ({ ...one, directives: [...(one.directives ?? []), ...added] })),
    };
  }
  if (!('fields' in node) || all.length === 0) return node;
  const owners = (node.directives ?? [])
    .filter(isType)
    .map(graphOf)
    .filter((graph) => !graphs.has(graph));
  const fields = (node.fields as readonly FieldDefinitionNode[]).map((field): FieldDefinitionNode => {
    const said = field.directives ?? [];
    // A field of which nothing is said is in every subgraph that knows the type.
    const isSaid = said.some((one) => one.name.value === 'join__field');
    const own = isSaid ? [] : [...new Set(owners)].map((graph) => joined('field', graph));
    const more = all.flatMap((graph) => {
      if (graphs.get(graph)?.has(field.name.value)) return joined('field', graph);
      return isFielded(node) && isPromised(types, node, field, graph) ? joined('field', graph, { external: true }) : [];
    });
    return { ...field, directives: [...said, ...own, ...more] };
  });
  return { ...node, fields } as TypeDefinitionNode;
}

/** Whether a subgraph answers a field by itself. */
function isAnswered(node: TypeDefinitionNode, { directives = [] }: Part, graph: string): boolean {
  const said = directives.filter((one) => one.name.value === 'join__field');
  if (said.length === 0) return node.directives?.some((one) => isOf(one, 'type', graph)) ?? false;
  return said.some(
    (one) => graphOf(one) === graph && !saysOf(one, 'external') && textOf(one, 'requires') === undefined,
  );
}

type Part = Pick<FieldDefinitionNode, 'directives'>;

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
