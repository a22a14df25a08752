import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServerAdapter } from '@whatwg-node/server';
import type { TokenVerifier } from '../kernel/identity.ts';
import type { Logger } from '../kernel/log.ts';
import { errorResponse } from './errors.ts';
import type { Gateway } from './gateway.ts';
import { graphqlOverHttp } from './http.ts';
import { identifyBy } from './identify.ts';
import type { Routes } from './routes.ts';
import { graphqlOverSockets } from './sockets.ts';

export interface ServerOptions {
  gateway: Gateway;
  routes: Routes;
  tokens: TokenVerifier | undefined;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Shows GraphiQL. */
  development: boolean;
  log: Logger;
}

export interface RunningServer {
  /** Such as http://localhost:4000. */
  readonly url: string;
  /** Ends sockets and streams, and waits for the requests under way. */
  close(): Promise<void>;
}

/** The largest request body and the largest message of a socket, in bytes. */
const MAX_BODY = 1_000_000;
/** How long requests under way may take to end when the server closes, in milliseconds. */
const GRACE = 5_000;

/** Serves the graph at /graphql (HTTP, server-sent events, graphql-ws), and the modules' routes beside it. */
export async function serve({
  gateway,
  routes,
  tokens,
  host,
  port,
  development,
  log,
}: ServerOptions): Promise<RunningServer> {
  const identify = identifyBy(tokens);
  const yoga = graphqlOverHttp({ gateway, identify, maxBody: MAX_BODY, development, log });
  const adapter = createServerAdapter(async (request: Request) => {
    try {
      if (new URL(request.url).pathname === '/')
        return new Response(null, { status: 302, headers: { location: '/graphql' } });
      const routed = await routes(request, () => identify(request.headers.get('authorization')));
      return routed ?? (await yoga.fetch(request, {}));
    } catch (error) {
      return errorResponse(error, log);
    }
  });
  const server = createServer(adapter);
  const sockets = graphqlOverSockets(server, yoga, identify, MAX_BODY, log);
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host}:${taken}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sockets.dispose();
      const impatient = setTimeout(() => server.closeAllConnections(), GRACE);
      gateway.endSubscriptions();
      server.closeIdleConnections();
      await closed;
      clearTimeout(impatient);
      await yoga.dispose();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
