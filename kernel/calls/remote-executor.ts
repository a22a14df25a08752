import type { GraphQLFormattedError } from 'graphql';
import { CodedError, kernelError } from '../errors.ts';
import type { Executor, GraphRequest, GraphResult } from '../executor.ts';
import type { TopicPosition } from '../live/live.ts';
import { failureIn, isErrors } from './answers.ts';
import type { Caller } from './caller.ts';
import { type CallKind, graphPath } from './paths.ts';
import type { Repeatable } from './repeatable.ts';

export interface RemoteExecutorOptions {
  module: string;
  kind: Exclude<CallKind, 'live'>;
  caller: Caller;
  repeatable: Repeatable;
  /** How long a call may take in all, in milliseconds. */
  limit: number;
}

/** Executes on a module of another process. What cannot be reached is an answer with the code UNAVAILABLE. */
export function remoteExecutor({ module, kind, caller, repeatable, limit }: RemoteExecutorOptions): Executor {
  return {
    async execute(request) {
      const { signal } = request;
      try {
        const manner = { repeatable: repeatable(request), limit, signal };
        return await caller.post(graphPath(kind, module), messageOf(request), resultIn, manner);
      } catch (error) {
        if (error instanceof CodedError) return { errors: [formatted(error)] };
        if (signal?.aborted) return { errors: [formatted(kernelError('UNAVAILABLE'))] };
        throw error;
      }
    },

    async live(request) {
      const manner = { repeatable: true, limit, signal: request.signal };
      const answer = await caller.post(graphPath('live', module), messageOf(request), positionsIn, manner);
      if (answer instanceof CodedError) throw answer;
      return answer;
    },
  };
}

function messageOf({ query, operationName, variables, identity, event }: GraphRequest) {
  return { query, operationName, variables, identity, event };
}

function resultIn(answer: Record<string, unknown>): GraphResult | undefined {
  const { data, errors } = answer;
  if (errors !== undefined && !isErrors(errors)) return undefined;
  if (data !== undefined && (typeof data !== 'object' || Array.isArray(data))) return undefined;
  return data == null && errors === undefined ? undefined : (answer as GraphResult);
}

function positionsIn(answer: Record<string, unknown>): TopicPosition[] | CodedError | undefined {
  const { positions } = answer;
  return Array.isArray(positions) ? (positions as TopicPosition[]) : failureIn(answer);
}

function formatted({ message, extensions }: CodedError): GraphQLFormattedError {
  return { message, extensions };
}
