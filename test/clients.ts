import { type Client, createClient } from 'graphql-ws';

/** What a GraphQL answer holds. Tests read any shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test asks for what it wants and then reads it
export type Answer = { data: any; errors?: { message: string; path?: (string | number)[]; extensions: any }[] };

/** A gateway, as its clients reach it. */
export interface Clients {
  readonly url: string;
  /** Posts an operation to /graphql. */
  graph(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** Like `graph`, and throws when there is an error: answers with the data. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<any>;
  /** A graphql-ws client, signed in by connection_init; closed with the others. */
  sockets(token?: string): Client;
  /** Closes the sockets. */
  close(): Promise<void>;
}

/** Clients of a gateway. `before` is awaited before each operation. */
export function clientsOf(url: string, before: () => Promise<unknown> = async () => {}): Clients {
  const open: Client[] = [];
  const graph: Clients['graph'] = async (query, variables, token) => {
    await before();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
  return {
    url,
    graph,
    async ask(query, variables, token) {
      const { data, errors } = await graph(query, variables, token);
      if (errors)
        throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '));
      return data;
    },
    sockets(token) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
        retryAttempts: 0,
      });
      open.push(client);
      return client;
    },
    async close() {
      await Promise.all(open.map((client) => client.dispose()));
    },
  };
}
