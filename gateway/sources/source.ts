import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLFormattedError } from 'graphql';
import type { Executor, GraphResult } from '../../kernel/executor.ts';
import type { GraphContext } from '../context.ts';
import { fieldsOf } from './fields.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** A subgraph behind an executor, in this process or another. */
export function sourceOf(executor: Executor): GraphQLDataSource<GraphContext> {
  return {
    async process({ request, context }) {
      const query = request.query ?? '';
      const result = await executor.execute({
        query,
        variables: request.variables,
        identity: context.identity,
        signal: context.signal,
        event: context.event,
      });
      return placed(result, query, request.variables?.['representations']) as Answer;
    },
  };
}

/**
 * An answer without data says why, but not of what. Each field that was asked for gets the error, so that whoever asked
 * sees which parts of the whole are missing.
 */
function placed(result: GraphResult, query: string, representations: unknown): GraphResult {
  if (result.data || !result.errors) return result;
  const things = Array.isArray(representations) ? representations.keys() : undefined;
  return { ...result, errors: result.errors.flatMap((error) => (error.path ? error : spread(error, query, things))) };
}

function spread(error: GraphQLFormattedError, query: string, things?: Iterable<number>): GraphQLFormattedError[] {
  const fields = fieldsOf(query);
  const paths = things
    ? [...things].flatMap((index) => fields.map((field) => ['_entities', index, field]))
    : fields.map((field) => [field]);
  return paths.map((path) => ({ ...error, path }));
}
