import { ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleType, retry, wrap } from 'cockatiel';
import { Agent, request } from 'undici';
import { readAnswer } from '../../kernel/body.ts';
import { type Clock, SECOND } from '../../kernel/clock.ts';
import { CodedError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { parseJson } from './json.ts';
import { type Params, signatureOf } from './signing.ts';

/** What Meituan has done. */
export interface Done {
  ok: true;
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own answer, which whoever asked reads
  data: any;
}

/** What it has refused; asked again, it refuses again. */
export interface Refused {
  ok: false;
  code: number;
  message: string;
}

/** Nobody can say what Meituan has done: no answer, or one of a fault of its own. */
export class NotCertain extends CodedError {
  constructor(message: string, options?: ErrorOptions) {
    super('UNAVAILABLE', message);
    this.cause = options?.cause;
  }
}

/** What is sent. */
export interface Call {
  method: 'GET' | 'POST';
  /** Such as `order/confirm`. */
  path: string;
  params: Params;
  /** Whether it is sent once only, because a repeat would not mean the same. */
  once?: boolean;
}

/** Talks to Meituan. */
export interface Client {
  /** Throws NotCertain when it cannot be known what came of it. */
  call(call: Call): Promise<Done | Refused>;
  close(): Promise<void>;
}

/** Who we are, and where Meituan is. */
export interface ClientOptions {
  appId: string;
  appSecret: string;
  baseUrl: string;
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
/** Codes by which Meituan says that it is not well (700), or asked too often (711): it may be asked again. */
const UNWELL = [700, 711];

/** Opens a client; it keeps connections until it is closed. */
export function meituanClient({ appId, appSecret, baseUrl, limit, clock, log }: ClientOptions): Client {
  const agent = new Agent({ connect: { timeout: limit }, headersTimeout: limit, bodyTimeout: limit });
  const breaker = circuitBreaker(handleType(NotCertain), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: LEFT_ALONE,
  });
  const again = retry(handleType(NotCertain), { maxAttempts: TRIES - 1, backoff: new ExponentialBackoff() });
  const repeated = wrap(again, breaker);

  async function send({ method, path, params }: Call): Promise<string> {
    const url = `${baseUrl}/${path}`;
    const system = { app_id: appId, timestamp: String(Math.floor(clock.now() / SECOND)) };
    const sig = signatureOf(url, { ...system, ...params }, appSecret);
    const query = new URLSearchParams({ ...system, ...(method === 'GET' && params), sig });
    const answer = await request(`${url}?${query}`, {
      method,
      ...(method === 'POST' && {
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams(params).toString(),
      }),
      signal: AbortSignal.timeout(limit),
      dispatcher: agent,
    });
    const bytes = await readAnswer(answer.body, MAX_ANSWER);
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return bytes.toString();
  }

  async function exchange(call: Call): Promise<Done | Refused> {
    const { path } = call;
    const told = await send(call)
      .then((text) => parseJson(text) as { data?: unknown; error?: { code?: unknown; msg?: unknown } } | null)
      .catch((error: unknown) => {
        throw new NotCertain(`${path}: no answer`, { cause: error });
      });
    if (told?.data !== undefined && told.data !== 'ng' && !told.error) return { ok: true, data: told.data };
    const { code, msg } = told?.error ?? {};
    const refused: Refused = { ok: false, code: Number(code), message: String(msg ?? '').slice(0, 200) };
    if (!Number.isInteger(refused.code) || UNWELL.includes(refused.code))
      throw new NotCertain(`${path}: ${refused.code} ${refused.message}`);
    log.info({ path, ...refused }, 'Meituan has refused');
    return refused;
  }

  return {
    call: (call) => (call.once ? breaker : repeated).execute(() => exchange(call)),
    close: () => agent.close(),
  };
}
