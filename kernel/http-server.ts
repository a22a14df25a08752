import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createServerAdapter } from '@whatwg-node/server';
import { type Health, healthResponse } from './health.ts';
import { sendAnswer } from './http-answer.ts';
import type { Logger } from './log.ts';
import { errorResponse } from './public-error.ts';

/** Answers a request, or null when it is not one of its own. `peer` is the address of the connection's other end. */
export type RequestHandler = (request: Request, peer: string) => Promise<Response | null>;

export interface HttpServerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Asked in their order. */
  handlers: readonly RequestHandler[];
  /** Whether requests may be sent here: /readyz says so. */
  health: () => Promise<Health>;
  /**
   * How long it goes on answering, not ready, when it closes, in milliseconds: long enough for whoever sends requests to
   * have seen it, and for connections to be given up by their users.
   */
  drain: number;
  log: Logger;
}

/** A process's HTTP server. */
export interface HttpServer {
  /** Such as http://localhost:4000. */
  readonly url: string;
  /** For what is more than a request: sockets. */
  readonly server: Server;
  /** Resolves when whoever is told by /readyz had the time to turn away; requests are answered all the while. */
  drain(): Promise<void>;
  /** Takes no more requests and waits for those under way. */
  close(): Promise<void>;
}

/** How long requests under way may take to end when the server closes, in milliseconds. */
const GRACE = 5_000;
/** How long an idle connection is kept, in milliseconds: longer than proxies keep theirs, so that they close first. */
const KEEP_ALIVE = 75_000;
/**
 * How many connections may wait to be taken, as far as the system lets it. When all clients come back at once, those for
 * whom there is no place try again after a second, then after two, and so on.
 */
const BACKLOG = 4_096;

/** Serves /livez, /readyz and whatever the handlers answer; anything else is 404. */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, handlers, health, drain, log } = options;
  let draining = false;
  const adapter = createServerAdapter<{ peer: string }>(async (request: Request, { peer }) => {
    try {
      const { pathname } = new URL(request.url);
      if (pathname === '/livez') return new Response('ok');
      if (pathname === '/readyz') return healthResponse(draining ? { ready: false, draining: true } : await health());
      for (const handle of handlers) {
        const response = await handle(request, peer);
        if (response) return response;
      }
      return new Response(null, { status: 404 });
    } catch (error) {
      // Who has gone away reads no answer, and it is no fault of ours.
      if (request.signal.aborted) return new Response(null, { status: 503 });
      return errorResponse(error, log);
    }
  });
  // What asks for another protocol is answered in this one.
  const shouldUpgradeCallback = ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer({ shouldUpgradeCallback }, async (request, response) => {
    // A host that is none is the client's mistake, before anything has looked at the request.
    if (!isHost(request.headers.host ?? 'localhost')) {
      response.writeHead(400).end();
      return;
    }
    // The connection's user opens its next one elsewhere, so that none is cut when the server closes.
    if (draining) response.setHeader('connection', 'close');
    try {
      const peer = request.socket.remoteAddress ?? '';
      await sendAnswer(await adapter.handleNodeRequestAndResponse(request, response, { peer }), request, response);
    } catch (error) {
      // The client must not wait for the rest, nor take what it has for the whole.
      // The first step of the path alone: further ones may be a table's code, and behind it stands what is asked for.
      log.warn({ error, path: /^\/[^/?]*/.exec(request.url ?? '')?.[0] }, 'an answer broke off');
      response.destroy();
    }
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;

  return {
    url: `http://${['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host}:${taken}`,
    server,
    async drain() {
      draining = true;
      await wait(drain);
    },
    async close() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const impatient = setTimeout(() => server.closeAllConnections(), GRACE);
      server.closeIdleConnections();
      await closed;
      clearTimeout(impatient);
    },
  };
}

/** Whether a text is a host with its port, and nothing more: it stands before the path in a request's address. */
function isHost(text: string): boolean {
  return !/[/\\?#@]/.test(text) && URL.canParse(`http://${text}`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve());
  });
}
