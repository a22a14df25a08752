import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request whose body was read as text, or leaves it without an answer. To reject is to hang up. */
export type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => Promise<void>;

/** A simulated platform's HTTP server. */
export interface LoopbackServer {
  /** Such as http://127.0.0.1:40123. */
  readonly origin: string;
  /** Hangs up on whoever is still there. */
  close(): Promise<void>;
}

/** Serves a simulated platform on a free port of loopback. */
export async function serveLoopback(answer: Answer): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    read(request)
      .then((body) => answer(request, body, response))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
