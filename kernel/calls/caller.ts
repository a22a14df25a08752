import type { Readable } from 'node:stream';
import { badInput, kernelError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { answeredWith, inCall, traceparent } from '../telemetry/trace.ts';
import { CallFailure } from './failure.ts';
import { TRACE_HEADER } from './headers.ts';
import type { CallKey } from './keys.ts';
import { REFUSED_HEADER } from './refusal.ts';
import type { Manner, Replicas } from './replicas.ts';
import { digestOf, IDENTITY_HEADER, SIGNATURE_HEADER, sign } from './signature.ts';
import type { Target } from './target.ts';

/** The largest answer that is taken, in bytes. */
const MAX_ANSWER = 20_000_000;

/** Calls a module of another process. */
export interface Caller {
  /** Posts JSON and reads the JSON object of the answer. Throws UNAVAILABLE when there is none that makes sense. */
  post<T>(path: string, message: object, read: Read<T>, manner: Manner): Promise<T>;
  /** Begins an answer, of which anything but headers is unread. Throws UNAVAILABLE when there is none. */
  send(request: Sent, manner: Manner): Promise<Answer>;
}

/** What an answer means; undefined when it means nothing. */
export type Read<T> = (answer: Record<string, unknown>) => T | undefined;

/** A request as it is to be sent. */
export interface Sent {
  method: string;
  /** With its query. */
  path: string;
  headers: [string, string][];
  body: Uint8Array | undefined;
  /** For the identity header. */
  identity?: string;
}

/** An answer that has begun. */
export interface Answer {
  status: number;
  statusText: string;
  headers: [string, string][];
  body: Readable;
}

/** Calls a module by any of its replicas; every try is signed anew. */
export function callerOf(module: string, replicas: Replicas, key: CallKey, log: Logger): Caller {
  /** One signed request to one target, as a part of the trace under way. */
  function begin(target: Target, sent: Sent, digest: string, signal: AbortSignal): Promise<Answer> {
    const noted = { 'server.address': target.origin, 'dinegraph.module': module };
    return inCall(`call ${module}`, noted, () => exchangeHeads(target, sent, digest, signal));
  }

  async function exchangeHeads(target: Target, sent: Sent, digest: string, signal: AbortSignal): Promise<Answer> {
    const { method, path, headers, body, identity = '' } = sent;
    const signed: [string, string][] = [
      ...headers,
      [SIGNATURE_HEADER, sign(key, { method, path, identity }, digest, Date.now())],
    ];
    if (identity) signed.push([IDENTITY_HEADER, identity]);
    const trace = traceparent();
    if (trace) signed.push([TRACE_HEADER, trace]);
    const answer = await target.send({ method, path, headers: signed, body, signal });
    const raw = answer.headers as unknown as string[];
    const pairs = Array.from({ length: raw.length / 2 }, (_, at): [string, string] => [raw[2 * at]!, raw[2 * at + 1]!]);
    const { statusCode: status, statusText, body: rest } = answer;
    answeredWith(status);
    const refused = pairs.find(([name]) => name === REFUSED_HEADER)?.[1];
    if (!refused) return { status, statusText, headers: pairs, body: rest };
    const text = await textOf(rest);
    if (status === 413) throw badInput('body', 'is too large');
    if (status === 401)
      log.error(
        { module, target: target.origin, answer: text },
        'a call was refused: compare CALL_KEYS and the clocks of both processes',
      );
    throw new CallFailure(`it refused the call: ${text}`, { undone: true });
  }

  /** One call, and the whole answer as JSON. */
  async function exchange<T>(target: Target, sent: Sent, digest: string, read: Read<T>, signal: AbortSignal) {
    const { status, body } = await begin(target, sent, digest, signal);
    const text = await textOf(body);
    if (status === 404) throw new CallFailure('it does not host the module', { undone: true });
    if (status !== 200) throw new CallFailure(`it answered with status ${status}`, { undone: false });
    const answer = objectIn(text);
    const meant = answer && read(answer);
    if (meant === undefined)
      throw new CallFailure(`it answered nonsense, ${text.length} characters of it`, { undone: false });
    return meant;
  }

  async function unlessUnavailable<T>(work: Promise<T>, named: { path?: string } = {}): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      log.warn({ module, ...named, reason: error.message }, 'a module of another process is unavailable');
      throw kernelError('UNAVAILABLE');
    }
  }

  return {
    async post(path, message, read, manner) {
      const body = Buffer.from(JSON.stringify(message));
      const sent: Sent = { method: 'POST', path, headers: [['content-type', 'application/json']], body };
      const digest = digestOf(body);
      const call = replicas.call((target, signal) => exchange(target, sent, digest, read, signal), manner);
      return unlessUnavailable(call, { path });
    },
    async send(sent, manner) {
      const digest = digestOf(sent.body ?? new Uint8Array());
      const call = replicas.call((target, signal) => begin(target, sent, digest, signal), manner);
      // Without the path, which a client has chosen: it may hold a table's code, and what stands behind a `?`.
      return unlessUnavailable(call);
    },
  };
}

/** The whole of an answer. Throws a CallFailure when it breaks off, or is larger than any that is meant. */
async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_ANSWER) throw new Error('its answer is too large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw new CallFailure((error as Error).message, { undone: false, cause: error });
  }
  return Buffer.concat(chunks).toString();
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
