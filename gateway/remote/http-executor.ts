import { Pool } from 'undici';
import { kernelError } from '../../kernel/errors.ts';
import type { Executor, GraphRequest, GraphResult } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import { traceparent } from '../../kernel/telemetry/trace.ts';
import { readAnswer, unavailable } from '../execute/answer.ts';
import { forwarded } from './forwarded.ts';
import { socketUpstream } from './socket-upstream.ts';
import { streamUpstream } from './stream-upstream.ts';

export interface HttpExecutorOptions {
  /** Where the subgraph answers, such as `http://reviews:4001/graphql`. */
  url: string;
  /** The client's headers that it is to have, such as `authorization`. */
  forward: readonly string[];
  /** Where its subscriptions are: `ws:` for graphql-ws, `http:` for server-sent events. */
  subscriptions: string;
  /** How long an answer may take, in milliseconds. */
  limit: number;
  log: Logger;
}

/** A subgraph behind an address. */
export interface HttpExecutor extends Executor {
  close(): Promise<void>;
}

/** The most connections that are kept to a subgraph. */
const CONNECTIONS = 64;

/** Executes on a subgraph over HTTP. One that cannot be reached, or answers nonsense, is an answer with UNAVAILABLE. */
export function httpExecutor({ url, forward, subscriptions, limit, log }: HttpExecutorOptions): HttpExecutor {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, headersTimeout: limit, bodyTimeout: limit });

  async function post({ query, operationName, variables, headers: given, signal }: GraphRequest): Promise<GraphResult> {
    const trace = traceparent();
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...forwarded(forward, given),
      ...(trace && { traceparent: trace }),
    };
    const late = AbortSignal.timeout(limit);
    const { body } = await pool.request({
      method: 'POST',
      path: pathname + search,
      headers,
      body: JSON.stringify({ query, operationName, variables }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    return readAnswer(await body.json(), (reason) => log.warn({ url, reason }, 'a subgraph answers strangely'));
  }

  return {
    execute: (request) =>
      post(request).catch((error) => {
        if (!request.signal?.aborted) log.warn({ error, url }, 'a subgraph does not answer');
        return { errors: [unavailable()] };
      }),
    live: async () => {
      throw kernelError('UNAVAILABLE');
    },
    upstream: /^ws/.test(subscriptions)
      ? socketUpstream(subscriptions, forward, log)
      : streamUpstream(subscriptions, forward, log),
    close: () => pool.destroy(),
  };
}
