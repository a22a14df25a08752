import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphResult, Upstream } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import { forwarded } from './forwarded.ts';
import { presenceOf } from './presence.ts';

/** How a socket is closed that is not needed any more. */
const NORMAL = 1000;
/** The longest wait before a lost connection is made anew, in milliseconds. */
const LONGEST_WAIT = 2_000;

/**
 * A subgraph's subscriptions over graphql-ws, such as `ws://reviews:4001/graphql`. Requests with the same headers share a
 * socket; one that breaks is made anew, and everything on it is subscribed to again, for ever.
 */
export function socketUpstream(url: string, forward: readonly string[], log: Logger): Upstream {
  const presence = presenceOf(url, log);
  const clients = new Map<string, Client>();

  function clientFor(headers: Record<string, string>): Client {
    const key = JSON.stringify(headers);
    const known = clients.get(key);
    if (known) return known;
    const client = createClient({
      url,
      connectionParams: headers,
      webSocketImpl: class extends WebSocket {
        constructor(address: string, protocols: string | string[]) {
          super(address, protocols, { headers });
        }
      },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: async (retries) => void (await pause(Math.min(100 * 2 ** retries, LONGEST_WAIT))),
      on: {
        connected: presence.back,
        closed(event) {
          // The socket of nobody's subscriptions is closed at once, by ourselves.
          if ((event as CloseEvent).code !== NORMAL) presence.away();
          clients.delete(key);
        },
      },
    });
    clients.set(key, client);
    return client;
  }

  return {
    follow({ query, variables = {}, headers }) {
      const client = clientFor(forwarded(forward, headers));
      return client.iterate({ query, variables: { ...variables } }) as AsyncIterable<GraphResult>;
    },
    audienceOf: ({ headers }) => JSON.stringify(forwarded(forward, headers)),
  };
}
