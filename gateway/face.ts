import type { Server } from 'node:http';
import type { RequestHandler } from '../kernel/http-server.ts';
import type { Logger } from '../kernel/log.ts';
import type { Gateway } from './gateway.ts';
import { graphqlOverHttp } from './http.ts';
import type { Identify } from './identify.ts';
import type { Routes } from './routes.ts';
import { graphqlOverSockets } from './sockets.ts';

export interface FaceOptions {
  gateway: Gateway;
  routes: Routes;
  identify: Identify;
  /** Shows GraphiQL. */
  development: boolean;
  log: Logger;
}

/** What clients see of the product: the graph at /graphql (HTTP, server-sent events, graphql-ws), and the modules' routes. */
export interface Face {
  handle: RequestHandler;
  /** Takes sockets on an HTTP server. */
  takeSockets(server: Server): void;
  /** Ends sockets and streams; their clients are told to come back. */
  close(): Promise<void>;
}

/** The largest request body and the largest message of a socket, in bytes. */
const MAX_BODY = 1_000_000;

/** Makes the face of a gateway. */
export function gatewayFace({ gateway, routes, identify, development, log }: FaceOptions): Face {
  const yoga = graphqlOverHttp({ gateway, identify, maxBody: MAX_BODY, development, log });
  const sockets: { dispose(): void | Promise<void> }[] = [];
  return {
    async handle(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/graphql') return yoga.fetch(request, {});
      if (pathname === '/') return new Response(null, { status: 302, headers: { location: '/graphql' } });
      return routes(request, () => identify(request.headers.get('authorization')));
    },
    takeSockets(server) {
      sockets.push(graphqlOverSockets(server, yoga, identify, MAX_BODY, log));
    },
    async close() {
      await Promise.all(sockets.map((one) => one.dispose()));
      gateway.endSubscriptions();
      await yoga.dispose();
    },
  };
}
