import {
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Absent } from './absent-types.ts';
import { graphOf, subgraphNames } from './join.ts';
import { orNothing } from './specialise.ts';

/** Takes out of an operation what is asked of objects that cannot be there; one without that is answered as it is. */
export type WithoutImpossible = (operation: OperationDefinitionNode) => OperationDefinitionNode;

/**
 * Takes out of operations the conditions that no object meets: all subgraphs that answer the field around them are only taken
 * to know such types (`absent`). The planner looks for a way to what is asked of them all the same, and finds none where one
 * of these subgraphs knows their interface as an object. `schema` is what clients see.
 */
export function withoutImpossible(document: DocumentNode, absent: Absent, schema: GraphQLSchema): WithoutImpossible {
  const names = subgraphNames(document);
  const isObject = (node: DefinitionNode) => node.kind === Kind.OBJECT_TYPE_DEFINITION;
  const types = new Map(document.definitions.filter(isObject).map((node) => [node.name.value, node]));

  /** The subgraphs that may answer an object's field; none when that is not said. */
  function answering(type: string, field: string): readonly string[] {
    const node = types.get(type);
    const own = node?.fields?.find(({ name }) => name.value === field)?.directives ?? [];
    const said = own.filter(({ name }) => name.value === 'join__field');
    const known = said.length > 0 ? said : (node?.directives ?? []).filter(({ name }) => name.value === 'join__type');
    const graphs = known.map((one) => names.get(graphOf(one)) ?? '');
    return graphs.includes('') ? [] : graphs;
  }

  return (operation) => {
    if (absent.size === 0) return operation;
    const info = new TypeInfo(schema);
    /** The subgraphs that answer the fields around. */
    const around: (readonly string[])[] = [];
    return visit(
      operation,
      visitWithTypeInfo(info, {
        Field: {
          enter: ({ name }) => void around.push(answering(info.getParentType()?.name ?? '', name.value)),
          leave: () => void around.pop(),
        },
        InlineFragment({ typeCondition }): null | undefined {
          const graphs = around.at(-1) ?? [];
          const type = typeCondition && schema.getType(typeCondition.name.value);
          const wide = info.getParentType();
          if (!isCompositeType(type) || graphs.length === 0) return undefined;
          const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
          const isAbsent = (graph: string, name: string) =>
            absent.has(`${graph} ${name}`) || absent.has(`${graph} ${wide}.${name}`);
          return possible.every(({ name }) => graphs.every((graph) => isAbsent(graph, name))) ? null : undefined;
        },
        SelectionSet: {
          leave: (set): SelectionSetNode | undefined => (set.selections.length === 0 ? orNothing(set) : undefined),
        },
      }),
    );
  };
}
