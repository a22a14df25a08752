import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendNodeResponse } from '@whatwg-node/server';

/** Sends an answer. Rejects when its body breaks off; what was sent of it is then for the caller to make invalid. */
export async function sendAnswer(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A library's own answers, which its server knows how to send.
  if (!(answer instanceof Response)) return sendNodeResponse(answer, response, request, true);
  response.setHeaders(answer.headers);
  response.writeHead(answer.status, answer.statusText);
  if (answer.body) await pour(answer.body, response);
  response.end();
}

async function pour(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let closed = response.destroyed;
  let goOn = () => {};
  response.on('drain', () => goOn());
  response.once('close', () => {
    closed = true;
    goOn();
    // Whoever fills the body learns that nobody reads on; that it may have failed already is known below.
    reader.cancel().catch(() => undefined);
  });
  while (!closed) {
    const { done, value } = await reader.read();
    if (done || closed) return;
    if (response.write(value)) continue;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
  }
}
