import type { Server } from 'node:http';
import { addressBehind } from '../kernel/address.ts';
import type { RequestHandler } from '../kernel/http-server.ts';
import type { Logger } from '../kernel/log.ts';
import { answeredWith, inTrace } from '../kernel/telemetry/trace.ts';
import type { Gateway } from './gateway.ts';
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
  const { trustProxy, trustTraceparent } = options.guards;
  let isWarned = false;
  const sockets: Sockets[] = [];

  const answer: RequestHandler = async (request, peer) => {
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
  };

  return {
    handle(request, peer) {
      const trace = request.headers.get('traceparent');
      const { method, url } = request;
      const name = new URL(url).pathname === '/graphql' ? `${method} /graphql` : method;
      return inTrace(
        name,
        { kind: 'server', ...(trustTraceparent ? { parent: trace } : { cause: trace }) },
        async () => {
          const response = await answer(request, peer);
          if (response) answeredWith(response.status);
          return response;
        },
      );
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
