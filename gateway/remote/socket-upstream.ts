import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphResult, Upstream } from '../../kernel/executor.ts';
import { forwarded } from './forwarded.ts';

/** The longest wait before a lost connection is made anew, in milliseconds. */
const LONGEST_WAIT = 2_000;

/**
 * A subgraph's subscriptions over graphql-ws, such as `ws://reviews:4001/graphql`. Requests with the same headers share a
 * socket; one that breaks is made anew, and everything on it is subscribed to again, for ever.
 */
export function socketUpstream(url: string, forward: readonly string[]): Upstream {
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
      // The socket of nobody's subscriptions is closed at once.
      on: { closed: () => clients.delete(key) },
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
