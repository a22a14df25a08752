import type { FetchNode } from '@apollo/query-planner';
import {
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Absent } from '../plan/absent-types.ts';
import { rewritten } from './rewritten.ts';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Takes out of a fetch what is asked of objects that its subgraph never answers with. `schema` holds every type. */
export function withoutAbsent(fetch: FetchNode, absent: Absent, schema: GraphQLSchema): FetchNode {
  const { serviceName, operation } = fetch;
  if (absent.size === 0) return fetch;
  const info = new TypeInfo(schema);
  let isWhole = true;
  const [definition] = visit(
    parse(operation, { noLocation: true }),
    visitWithTypeInfo(info, {
      InlineFragment({ typeCondition }): null | undefined {
        const type = typeCondition?.name.value;
        if (!absent.has(`${serviceName} ${type}`) && !absent.has(`${serviceName} ${info.getParentType()}.${type}`))
          return undefined;
        isWhole = false;
        return null;
      },
      SelectionSet: {
        leave: (set): SelectionSetNode | undefined =>
          set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : undefined,
      },
    }),
  ).definitions as [OperationDefinitionNode];
  return isWhole ? fetch : rewritten(fetch, definition);
}
