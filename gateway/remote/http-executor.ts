import { kernelError } from '../../kernel/errors.ts';
import type { Executor } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import { unavailable } from '../execute/answer.ts';
import { forwarded } from './forwarded.ts';
import { httpPost } from './http-post.ts';
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

/** Executes on a subgraph over HTTP. One that cannot be reached, or answers nonsense, is an answer with UNAVAILABLE. */
export function httpExecutor({ url, forward, subscriptions, limit, log }: HttpExecutorOptions): HttpExecutor {
  const { post, close } = httpPost({
    url,
    limit,
    headers: ({ headers }) => forwarded(forward, headers),
    strange: (reason) => log.warn({ url, reason }, 'a subgraph answers strangely'),
  });

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
    close,
  };
}
