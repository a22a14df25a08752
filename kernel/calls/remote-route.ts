import { Readable } from 'node:stream';
import { readBody } from '../body.ts';
import { kernelError } from '../errors.ts';
import type { OuterIdentity } from '../identity.ts';
import type { Logger } from '../log.ts';
import { errorResponse } from '../public-error.ts';
import type { Answer, Caller } from './caller.ts';
import { endToEnd, targetOf } from './headers.ts';
import { Refusal, refusalResponse } from './refusal.ts';

export interface PassOnOptions {
  caller: Caller;
  /** How long the answer may take to begin, in milliseconds. */
  limit: number;
  /** The largest body that is passed on, in bytes. */
  maxBody: number;
  log: Logger;
}

/** Passes a request on to a route of another process, and its answer back as it comes, byte for byte. */
export async function passOn(
  request: Request,
  identity: OuterIdentity,
  { caller, limit, maxBody, log }: PassOnOptions,
): Promise<Response> {
  const { method, signal } = request;
  const reading = method === 'GET' || method === 'HEAD';
  const body = reading ? undefined : await readBody(request, maxBody);
  if (body === null) return refusalResponse(new Refusal(413, 'BAD_INPUT', `The body has more than ${maxBody} bytes.`));
  const sent = {
    method,
    path: targetOf(request),
    headers: endToEnd(request.headers).filter(([name]) => name !== 'content-length'),
    body,
    identity: Buffer.from(JSON.stringify(identity)).toString('base64url'),
  };
  try {
    return responseOf(await caller.send(sent, { repeatable: reading, limit, signal }), request);
  } catch (error) {
    const response = errorResponse(signal.aborted ? kernelError('UNAVAILABLE') : error, log);
    if (response.status === 503) response.headers.set('retry-after', '1');
    return response;
  }
}

/** Statuses whose answers have no body. */
const BODILESS = [204, 205, 304];

function responseOf({ status, statusText, headers, body }: Answer, request: Request): Response {
  const { method, signal } = request;
  const bodiless = method === 'HEAD' || BODILESS.includes(status);
  if (bodiless) body.resume();
  else {
    const stop = () => body.destroy();
    signal.addEventListener('abort', stop, { once: true });
    body.once('close', () => signal.removeEventListener('abort', stop));
  }
  return new Response(bodiless ? null : (Readable.toWeb(body) as ReadableStream<Uint8Array>), {
    status,
    statusText,
    headers: endToEnd(headers),
  });
}
