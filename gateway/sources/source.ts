import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLFormattedError } from 'graphql';
import { kernelError } from '../../kernel/errors.ts';
import type { Executor, GraphResult } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import type { GraphContext } from '../context.ts';
import { fieldsOf } from './fields.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

/**
 * A subgraph behind an executor, in this process or another. What is no answer to what was asked counts as none, so that
 * the rest of the whole arrives.
 */
export function sourceOf(executor: Executor, log: Logger): GraphQLDataSource<GraphContext> {
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
      const representations = request.variables?.['representations'];
      if (isOf(result, representations)) return placed(result, query, representations) as Answer;
      log.error({ query }, 'a subgraph answered nonsense');
      const { message, extensions } = kernelError('UNAVAILABLE');
      return placed({ errors: [{ message, extensions }] }, query, representations) as Answer;
    },
  };
}

/** Whether an answer has as many things, or gaps, as were asked for. */
function isOf({ data }: GraphResult, representations: unknown): boolean {
  if (!data || !Array.isArray(representations)) return true;
  const { _entities: things } = data;
  return Array.isArray(things) && things.length === representations.length && things.every(isThing);
}

function isThing(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
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
