import { ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleType, handleWhen, retry } from 'cockatiel';
import { Agent, request } from 'undici';
import { readAnswer } from '../../kernel/body.ts';
import { type Clock, SECOND } from '../../kernel/clock.ts';
import { CodedError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Credentials } from './keys.ts';
import { authorization, doubtOf, type Signed, signatureHeaders } from './signing.ts';

/** What WeChat Pay has done. */
export interface Done {
  ok: true;
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own answer, which whoever asked reads
  data: any;
}

/** What it has refused, for good: asked again, it refuses again. */
export interface Refused {
  ok: false;
  status: number;
  /** Such as ORDER_NOT_EXIST. */
  code: string;
  message: string;
}

/** Whether it is refused because there is no such trade or refund over there. */
export function isAbsent({ code }: Pick<Refused, 'code'>): boolean {
  return /^(ORDER_?NOT_?EXIST|RESOURCE_NOT_EXISTS)$/.test(code);
}

/** Nobody can say what WeChat Pay has done: no answer, one of a fault of its own, or one that is not believed. */
export class NotCertain extends CodedError {
  constructor(message: string, options?: ErrorOptions) {
    super('UNAVAILABLE', message);
    this.cause = options?.cause;
  }
}

/** May be tried again as it is, and where. */
class TryAgain extends NotCertain {}

/** What is sent. */
export interface Call {
  method: 'GET' | 'POST';
  /** With its query. */
  path: string;
  body?: object;
  /** Whether it is sent once only, because a repeat would not mean the same. */
  once?: boolean;
}

/** Talks to WeChat Pay in version 3 of its protocol. */
export interface Client {
  /** Throws NotCertain when it cannot be known what came of it. */
  call(call: Call): Promise<Done | Refused>;
  /** The bytes behind an address that an answer named. Throws NotCertain. */
  download(address: string): Promise<Buffer>;
  /** What it signs with and believes. */
  credentials(): Promise<Credentials>;
  close(): Promise<void>;
}

/** Where WeChat Pay is, and how long to wait for it. */
export interface ClientOptions {
  credentials(): Promise<Credentials>;
  /** Its addresses, the usual one first; the others stand in for it. */
  hosts: readonly string[];
  /** How long one request may take, in milliseconds. */
  limit: number;
  clock: Clock;
  log: Logger;
}

/** How often a request is sent that came to nothing. */
const TRIES = 2;
/** How many requests in a row come to nothing before none is sent for a moment, in milliseconds. */
const FAILURES = 20;
const LEFT_ALONE = 5 * SECOND;
const MAX_ANSWER = 1_000_000;
const MAX_FILE = 200_000_000;

/** Opens a client; it keeps connections until it is closed. */
export function wechatClient({ credentials, hosts, limit, clock, log }: ClientOptions): Client {
  const agent = new Agent({ connect: { timeout: limit }, headersTimeout: limit, bodyTimeout: limit });
  const again = retry(handleType(TryAgain), { maxAttempts: TRIES - 1, backoff: new ExponentialBackoff() });
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof NotCertain),
    { breaker: new ConsecutiveBreaker(FAILURES), halfOpenAfter: LEFT_ALONE },
  );

  /** Sends once, to the host whose turn it is. The answer's body is read whole. */
  async function send(origin: string, signed: Signed, most: number) {
    const keys = await credentials();
    const [serial] = keys.platformKeys.keys();
    const began = clock.now();
    try {
      const answer = await request(`${origin}${signed.path}`, {
        method: signed.method,
        headers: {
          accept: 'application/json',
          'user-agent': 'DineGraph/1.0',
          authorization: authorization(keys, signed, began),
          ...(serial && { 'wechatpay-serial': serial }),
          ...(signed.body && { 'content-type': 'application/json' }),
        },
        body: signed.body || null,
        signal: AbortSignal.timeout(limit),
        dispatcher: agent,
      });
      const bytes = await readAnswer(answer.body, most);
      return { status: answer.statusCode, headers: answer.headers, bytes, keys };
    } catch (error) {
      throw new TryAgain(`${signed.method} ${placeOf(signed)}: no answer`, { cause: error });
    }
  }

  async function exchange(origin: string, signed: Signed): Promise<Done | Refused> {
    const { status, headers, bytes, keys } = await send(origin, signed, MAX_ANSWER);
    const text = bytes.toString();
    const place = placeOf(signed);
    const [id, code] = [headers['request-id'], status >= 300 ? codeIn(text) : {}];
    if (status >= 500 || status === 429) throw new TryAgain(`${place}: ${status} ${code.code ?? ''} ${id ?? ''}`);
    const read = signatureHeaders((name) => headers[name]?.toString());
    // What it refuses before it knows who asks is not signed.
    const doubt = read || status < 300 ? doubtOf(keys.platformKeys, read, text, clock.now()) : null;
    if (doubt) {
      log.error({ place, doubt, serial: read?.serial, alarm: true }, 'an answer of WeChat Pay is not believed');
      throw new NotCertain(`${place}: an answer that is ${doubt}`);
    }
    if (status < 300) return { ok: true, data: text ? parsed(text) : {} };
    // A page of something in between decides nothing.
    if (!code.code) throw new TryAgain(`${place}: ${status} without a code`);
    const refused: Refused = { ok: false, status, code: code.code, message: code.message ?? '' };
    log.info({ place, status, code: refused.code, requestId: id }, 'WeChat Pay has refused');
    return refused;
  }

  /** The usual host first, then those that stand in for it. */
  const hostOf = (attempt: number) => hosts[attempt % hosts.length] ?? '';

  return {
    credentials,
    async call({ method, path, body, once = false }) {
      const signed: Signed = { method, path, body: body ? JSON.stringify(body) : '' };
      const to = (attempt: number) => breaker.execute(() => exchange(hostOf(attempt), signed));
      return once ? to(0) : again.execute(({ attempt }) => to(attempt));
    },
    async download(address) {
      const { origin, pathname, search } = new URL(address);
      const signed: Signed = { method: 'GET', path: `${pathname}${search}`, body: '' };
      const { status, bytes } = await again.execute(() => send(origin, signed, MAX_FILE));
      if (status !== 200) throw new NotCertain(`${pathname}: ${status}`);
      return bytes;
    },
    close: () => agent.close(),
  };
}

/** A path without what stands for one payment, for the log. */
function placeOf({ path }: Signed): string {
  return path.replace(/\?.*/, '').replace(/\/(out-trade-no|id|refunds|orders)\/[^/]+/g, '/$1/..');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotCertain('an answer that is not JSON');
  }
}

function codeIn(text: string): { code?: string; message?: string } {
  try {
    const { code, message } = JSON.parse(text) as Record<string, unknown>;
    return { ...(typeof code === 'string' && { code }), ...(typeof message === 'string' && { message }) };
  } catch {
    return {};
  }
}
