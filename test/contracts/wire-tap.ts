import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it went over the wire. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer as it came over the wire. */
export interface Came {
  status: number;
  statusText: string;
  /** Names and values in turn, as they came. */
  raw: string[];
  body: Buffer;
}

/** A server that stands where a process of the product should. */
export interface Stranger extends AsyncDisposable {
  readonly url: string;
  readonly came: Sent[];
}

/** Answers as the test says; notes what came. */
export async function stranger(answer: (response: ServerResponse, sent: Sent) => void): Promise<Stranger> {
  const came: Sent[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '' } = request;
    const sent = { method, path, headers: request.headers as Record<string, string>, body: await bytesOf(request) };
    came.push(sent);
    answer(response, sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    came,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends a request as it is, and takes the answer as it is. Rejects when it breaks off. */
export async function over(url: string, { method, path, headers, body }: Partial<Sent>): Promise<Came> {
  const request = send(url, { method: method ?? 'GET', path: path ?? '/', headers: headers ?? {}, agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders: raw } = response;
  return { status, statusText, raw, body: await bytesOf(response) };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The values of a header, one for each time that it came. */
export function headersOf({ raw }: Came, name: string): string[] {
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name);
}
