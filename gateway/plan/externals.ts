import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { graphOf, isOf, namedType, saysOf, selectionOf, textOf } from './join.ts';

/** A type with fields of its own. */
export type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Whether a definition is of a type with fields of its own. */
export function isFielded(node: DefinitionNode): node is Fielded {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

/**
 * Takes away the fields that a subgraph has no more use for: it may name another's only in a key, a requirement or a
 * provision, or where an interface promises it.
 */
export function withoutUnused(definitions: readonly DefinitionNode[]): readonly DefinitionNode[] {
  const types = new Map(definitions.filter(isFielded).map((node) => [node.name.value, node]));
  const used = fieldsNamed(types, ['key', 'requires', 'provides']);
  return definitions.map((node) => {
    if (!isFielded(node)) return node;
    const fields = node.fields?.map((field) => {
      const isUsed = (one: ConstDirectiveNode) =>
        !saysOf(one, 'external') ||
        used.has(`${graphOf(one)} ${node.name.value}.${field.name.value}`) ||
        isPromised(types, node, field, graphOf(one));
      return { ...field, directives: (field.directives ?? []).filter(isUsed) };
    });
    return { ...node, ...(fields && { fields }) };
  });
}

/** Whether a subgraph knows an interface of the type that has the field, so that the type must have it there. */
export function isPromised(
  types: ReadonlyMap<string, DefinitionNode>,
  { directives = [] }: Fielded,
  { name }: FieldDefinitionNode,
  graph: string,
): boolean {
  return directives.some((one) => {
    const promise = isOf(one, 'implements', graph) && types.get(textOf(one, 'interface') ?? '');
    const field = promise && isFielded(promise) && promise.fields?.find((other) => other.name.value === name.value);
    const owners = field ? (field.directives ?? []).filter((other) => graphOf(other) !== '') : undefined;
    return owners !== undefined && (owners.length === 0 || owners.some((other) => graphOf(other) === graph));
  });
}

/** What subgraphs name in keys, requirements or provisions, such as `STOCK Dish.weight`. */
export function fieldsNamed(
  types: ReadonlyMap<string, Fielded>,
  where: readonly ('key' | 'requires' | 'provides')[],
): ReadonlySet<string> {
  const named = new Set<string>();
  const walk = (graph: string, set: SelectionSetNode, type: string) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(graph, selection.selectionSet, selection.typeCondition?.name.value ?? type);
        continue;
      }
      const { name, selectionSet } = selection;
      named.add(`${graph} ${type}.${name.value}`);
      const definition = types.get(type)?.fields?.find((field) => field.name.value === name.value);
      if (selectionSet && definition) walk(graph, selectionSet, namedType(definition.type));
    }
  };
  const look = (
    directives: readonly ConstDirectiveNode[] = [],
    argument: 'key' | 'requires' | 'provides',
    type: string,
  ) => {
    if (!where.includes(argument)) return;
    for (const directive of directives) {
      const text = textOf(directive, argument);
      if (text !== undefined) walk(graphOf(directive), selectionOf(text), type);
    }
  };
  for (const node of types.values()) {
    look(node.directives, 'key', node.name.value);
    for (const { type, directives } of node.fields ?? []) {
      look(directives, 'requires', node.name.value);
      look(directives, 'provides', namedType(type));
    }
  }
  return named;
}
