import type { GraphQLDataSource } from '@apollo/gateway';
import type { Executor } from '../../kernel/executor.ts';
import type { GraphContext } from '../context.ts';

/** A subgraph behind an executor of this process: one function call, no text but the operation's. */
export function localSource(executor: Executor): GraphQLDataSource<GraphContext> {
  return {
    async process({ request, context }) {
      const result = await executor.execute({
        query: request.query ?? '',
        variables: request.variables,
        identity: context.identity,
        signal: context.signal,
        event: context.event,
      });
      return result as Awaited<ReturnType<GraphQLDataSource['process']>>;
    },
  };
}
