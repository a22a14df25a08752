import type { Server } from 'node:http';
import type { RequestHandler } from '../kernel/http-server.ts';
import type { Logger } from '../kernel/log.ts';
import type { Gateway } from './gateway.ts';
import { addressBehind } from './guards/address.ts';
import { type GateOptions, openGate } from './guards/gate.ts';
import { graphqlOverHttp } from './http.ts';
import type { Identify } from './identify.ts';
import type { Routes } from './routes.ts';
import { socketLimits } from './sockets/limits.ts';
import { graphqlOverSockets, type Sockets } from './sockets/sockets.ts';

export interface FaceOptions extends GateOptions {
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

/** Makes the face of a gateway. Throws a ConfigurationError when a guard cannot be set as it is to be. */
export function gatewayFace({ gateway, routes, identify, development, log, ...options }: FaceOptions): Face {
  const gate = openGate(options);
  const yoga = graphqlOverHttp({ gateway, identify, gate, development, log });
  const { trustProxy } = options.guards;
  let isWarned = false;
  const sockets: Sockets[] = [];
  return {
    async handle(request, peer) {
      const { pathname } = new URL(request.url);
      const forwarded = request.headers.get('x-forwarded-for');
      const address = addressBehind(peer, forwarded, trustProxy);
      if (forwarded && trustProxy === 0 && !isWarned) {
        isWarned = true;
        log.warn({ peer }, 'requests come by a proxy: all behind it are one caller until TRUST_PROXY is set');
      }
      if (pathname === '/graphql') return yoga.fetch(request, { address });
      if (pathname === '/') return new Response(null, { status: 302, headers: { location: '/graphql' } });
      return routes(request, () => identify(request.headers.get('authorization')));
    },
    takeSockets(server) {
      sockets.push(graphqlOverSockets({ server, gateway, yoga, identify, gate, limits: socketLimits, log }));
    },
    async close() {
      await Promise.all(sockets.map((one) => one.dispose()));
      gateway.endSubscriptions();
      await yoga.dispose();
    },
  };
}
