import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { fieldsNamed, isFielded } from './externals.ts';
import { graphOf, saysOf, selectionOf, subgraphNames, textOf } from './join.ts';

/** What a subgraph must be told before it is asked for a field, by places such as `stock Dish.postage`. */
export type Told = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Reads what fields require that their subgraphs can know by no other way: no key of theirs, and provided nowhere. What is
 * required of another subgraph requires itself: it is known from being told.
 */
export function toldIn(document: DocumentNode): Told {
  const told = new Map<string, ReadonlySet<string>>();
  const graphs = subgraphNames(document);
  const types = new Map(document.definitions.filter(isFielded).map((node) => [node.name.value, node]));
  const known = fieldsNamed(types, ['key', 'provides']);
  const required = fieldsNamed(types, ['requires']);
  for (const { name: type, fields = [] } of types.values()) {
    for (const { name: field, directives = [] } of fields) {
      for (const directive of directives) {
        const place = (name: string) => `${graphOf(directive)} ${type.value}.${name}`;
        const isRequired = saysOf(directive, 'external') && required.has(place(field.value));
        const wanted = isRequired ? [field.value] : namesIn(textOf(directive, 'requires') ?? '__typename');
        const names = wanted.filter((name) => name !== '__typename' && !known.has(place(name)));
        if (names.length > 0)
          told.set(`${graphs.get(graphOf(directive))} ${type.value}.${field.value}`, new Set(names));
      }
    }
  }
  return told;
}

function namesIn(fields: string): string[] {
  return selectionOf(fields).selections.flatMap((one) => (one.kind === Kind.FIELD ? one.name.value : []));
}

/**
 * Whether a fetch asks for a field without telling what it requires. The planner makes such fetches of requirements that
 * have requirements themselves, and of what it takes its subgraph to know; it would answer with what it makes of nothing.
 */
export function isUnmet(
  { serviceName, operation, requires = [] }: FetchNode,
  schema: GraphQLSchema,
  told: Told,
): boolean {
  const definition = parse(operation, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const known = new Set(told.size > 0 ? namesOf(requires) : []);

  function look({ selections }: SelectionSetNode, type: GraphQLNamedType | undefined, isEntity: boolean): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
      const { selectionSet } = selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition;
        return look(selection.selectionSet, condition ? schema.getType(condition.name.value) : type, isEntity);
      }
      const field = selection.name.value;
      if (field === '_entities') return selectionSet !== undefined && look(selectionSet, undefined, true);
      for (const name of told.get(`${serviceName} ${type?.name}.${field}`) ?? [])
        if (!isEntity || !known.has(name)) return true;
      const fields = type && 'getFields' in type ? type.getFields() : {};
      return selectionSet !== undefined && look(selectionSet, getNamedType(fields[field]?.type), false);
    });
  }
  return told.size > 0 && look(definition.selectionSet, schema.getRootType(definition.operation) ?? undefined, false);
}

function namesOf(selections: readonly QueryPlanSelectionNode[]): string[] {
  return selections.flatMap((selection) => {
    const inner = namesOf(selection.selections ?? []);
    return selection.kind === 'Field' ? [selection.name, ...inner] : inner;
  });
}
