import { Agent, request } from 'undici';
import { asPart } from '../../kernel/graph/foreign.ts';
import { webhookHeaders } from '../../kernel/webhook-signature.ts';
import type { KeptSecret } from './entities.ts';
import { remoteError } from './errors.ts';
import { MAX_SCHEMA } from './input.ts';
import { tooMuch } from './part-size.ts';

/** How long a service may take to say its schema, in milliseconds, and how long that may be, in bytes. */
const LIMIT = 10_000;
const MAX = 1_000_000;

/**
 * Asks a service for its part of the graph, until `waiting` is aborted. Throws REMOTE_PLUGIN_UNREACHABLE with the reason.
 */
export async function askForSchema(url: string, secrets: readonly KeptSecret[], waiting: AbortSignal): Promise<string> {
  const body = JSON.stringify({ query: '{ _service { sdl } }' });
  const signing = secrets.map(({ secret }) => secret);
  const headers = { 'content-type': 'application/json', ...webhookHeaders({ body }, signing) };
  const dispatcher = new Agent({ maxResponseSize: MAX });
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(LIMIT), waiting]);
    const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher });
    const sdl = sdlIn(await answer.body.text());
    if (sdl === undefined) throw new Error(`it answers with ${answer.statusCode} and no data._service.sdl`);
    return sdl;
  } catch (error) {
    const { name, message: reason } = error as Error;
    throw remoteError('REMOTE_PLUGIN_UNREACHABLE', {
      reason: name === 'TimeoutError' ? `it does not answer within ${LIMIT} ms` : reason,
    });
  } finally {
    await dispatcher.destroy();
  }
}

/** A schema as a module's part of the graph. Throws REMOTE_PLUGIN_UNFIT for what is none. */
export function readSchema(name: string, sdl: string): string {
  const unfit = (reason: string) =>
    remoteError('REMOTE_PLUGIN_UNFIT', { name, reason: `its part of the graph ${reason}` });
  if (sdl.length > MAX_SCHEMA) throw unfit(`has more than ${MAX_SCHEMA} characters`);
  let part: string;
  try {
    part = asPart(sdl);
  } catch (error) {
    throw unfit(`cannot be read: ${(error as Error).message}`);
  }
  if (part === '') throw unfit('adds nothing to it');
  const excess = tooMuch(part);
  if (excess) throw unfit(excess);
  return part;
}

function sdlIn(text: string): string | undefined {
  try {
    const sdl: unknown = JSON.parse(text)?.data?._service?.sdl;
    return typeof sdl === 'string' ? sdl : undefined;
  } catch {
    return undefined;
  }
}
