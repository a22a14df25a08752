import { type ConstDirectiveNode, Kind, parseType, type SelectionSetNode, type TypeDefinitionNode } from 'graphql';
import { isOf, joined, namedType, saysOf, selectionOf, textOf } from './join.ts';

/** Says something besides of a type, such as `Dish`, or of a part of it, such as `Dish.price`. */
type Say = (place: string, directive: ConstDirectiveNode) => void;

type Part = Pick<TypeDefinitionNode, 'directives'>;

/** A subgraph that stands for another in some of what that one knows. */
export interface StandIn {
  /** It finds a type's objects by their keys. */
  find(type: string): void;
  /** It knows these fields of a type, or is told them, as the other is. */
  select(type: string, set: SelectionSetNode): void;
  /** It answers with a type and what this leads to, as far as nobody finds it by a key. */
  answer(type: string): void;
  /** It knows some value of each type of which it would know nothing: there has to be something in a type. */
  complete(): void;
}

/** Has the subgraph `graph` stand for `other`, by what is said of it. */
export function standIn(
  types: ReadonlyMap<string, TypeDefinitionNode>,
  graph: string,
  other: string,
  say: Say,
): StandIn {
  const known = new Set<string>();
  const met = new Set<string>();
  const isNew = (place: string) => !met.has(place) && met.add(place).size > 0;
  const ofOther = ({ directives = [] }: Part, name: string) => directives.filter((one) => isOf(one, name, other));
  const keysOf = (node: TypeDefinitionNode) => ofOther(node, 'type').filter((one) => textOf(one, 'key') !== undefined);

  function membersOf(node: TypeDefinitionNode): readonly string[] {
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      return ofOther(node, 'unionMember').flatMap((one) => textOf(one, 'member') ?? []);
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
    const isMember = (one: ConstDirectiveNode) => textOf(one, 'interface') === node.name.value;
    return [...types.values()].flatMap((one) => (ofOther(one, 'implements').some(isMember) ? one.name.value : []));
  }

  /** Makes a type known, with no way to its objects and nothing in them. */
  function know(type: string): TypeDefinitionNode | undefined {
    const node = types.get(type);
    const [own] = node ? ofOther(node, 'type') : [];
    if (!node || !own) return undefined;
    if (known.has(type)) return node;
    known.add(type);
    say(type, joined('type', graph, { isInterfaceObject: saysOf(own, 'isInterfaceObject') }));
    for (const member of membersOf(node)) {
      know(member);
      if (node.kind === Kind.UNION_TYPE_DEFINITION) say(type, joined('unionMember', graph, { member }));
      else say(member, joined('implements', graph, { interface: type }));
    }
    return node;
  }

  /** Whether the other subgraph knows a field by itself. */
  function isOwn(part: Part): boolean {
    const isEverywhere = part.directives?.every(({ name }) => name.value !== 'join__field') ?? true;
    return isEverywhere || ofOther(part, 'field').some((one) => !saysOf(one, 'external'));
  }

  function isLeaf(type: string): boolean {
    const kind = types.get(type)?.kind;
    return kind === undefined || kind === Kind.SCALAR_TYPE_DEFINITION || kind === Kind.ENUM_TYPE_DEFINITION;
  }

  /** Makes a field known, and answers its type's name. */
  function field(type: string, name: string): string | undefined {
    const node = know(type);
    const found = node && 'fields' in node ? node.fields?.find((one) => one.name.value === name) : undefined;
    if (!node || !found) return undefined;
    const [own] = ofOther(found, 'field');
    const declared = own && textOf(own, 'type');
    if (isNew(`${type}.${name}`)) {
      say(`${type}.${name}`, joined('field', graph, { type: declared, external: own && saysOf(own, 'external') }));
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) for (const member of membersOf(node)) field(member, name);
      for (const argument of ('arguments' in found && found.arguments) || []) answer(namedType(argument.type));
    }
    return namedType(declared === undefined ? found.type : parseType(declared));
  }

  function select(type: string, { selections }: SelectionSetNode): void {
    know(type);
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT)
        select(selection.typeCondition?.name.value ?? type, selection.selectionSet);
      else if (selection.name.value !== '__typename') {
        const inner = field(type, selection.name.value);
        if (inner && selection.selectionSet) select(inner, selection.selectionSet);
        else if (inner) answer(inner);
      }
    }
  }

  function find(type: string): void {
    const node = know(type);
    if (!node || !isNew(`${type} found`)) return;
    for (const one of keysOf(node)) {
      const key = textOf(one, 'key') ?? '';
      say(type, joined('type', graph, { key, resolvable: saysOf(one, 'resolvable') }));
      select(type, selectionOf(key));
    }
  }

  function answer(type: string): void {
    const node = know(type);
    if (!node || !isNew(`${type} answered`)) return;
    if (node.kind === Kind.ENUM_TYPE_DEFINITION)
      for (const value of node.values ?? [])
        if (ofOther(value, 'enumValue').length > 0) say(`${type}.${value.name.value}`, joined('enumValue', graph));
    find(type);
    for (const member of membersOf(node)) answer(member);
    if (!('fields' in node) || keysOf(node).length > 0) return;
    for (const part of node.fields ?? []) if (isOwn(part)) answer(field(type, part.name.value) ?? '');
  }

  function complete(): void {
    for (const type of known) {
      const node = types.get(type);
      const parts = node && 'fields' in node ? (node.fields ?? []) : [];
      if (parts.some((part) => met.has(`${type}.${part.name.value}`))) continue;
      const leaf = parts.find((part) => isOwn(part) && isLeaf(namedType(part.type)));
      if (leaf) answer(field(type, leaf.name.value) ?? '');
    }
  }

  return { find, select, answer, complete };
}
