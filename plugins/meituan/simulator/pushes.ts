import { Deliveries } from '../../../kernel/simulator/deliveries.ts';
import type { Faults, PushFault } from './faults.ts';
import { formOf, sign } from './signing.ts';

/** How long a receiver may take, in milliseconds. */
const PATIENCE = 5_000;
/** How far a clock is off that is off, in milliseconds. */
const SKEW = 20 * 60_000;

/** A push on its way. */
interface Push {
  kind: string;
  params: Record<string, string>;
}

/** What pushes are sent with. */
export interface PushOptions {
  now(): number;
  credentials: { appId: string; appSecret: string };
  /** The address that was told to Meituan; each kind has one more word behind it. */
  callbackUrl: string;
  /** Where an address of the world lies: a test has its own. */
  resolve(url: string): string;
  faults: Faults;
  /** After each push that was not taken it waits so long for the next, in seconds; then it gives up. */
  waits: readonly number[];
}

/** Pushes news to the developer until it is taken. */
export class Pushes {
  readonly #options: PushOptions;
  readonly #deliveries: Deliveries<Push, PushFault>;
  /** What the receiver has answered, the latest last. */
  readonly answers: string[] = [];

  constructor(options: PushOptions) {
    const { now, waits, faults } = options;
    this.#options = options;
    this.#deliveries = new Deliveries({
      now,
      waits,
      nextFault: ({ kind }) => faults.pushes.next(kind),
      send: (push, fault) => this.#send(push, fault),
    });
  }

  /** Pushes something; resolves when it was sent for the first time, taken or not. */
  tell(kind: string, params: Record<string, string>): Promise<void> {
    return this.#deliveries.tell({ kind, params });
  }

  /** Sends what is due again. */
  look(): Promise<void> {
    return this.#deliveries.look();
  }

  /** Resolves when nothing is on its way. */
  idle(): Promise<void> {
    return this.#deliveries.idle();
  }

  /** The body of a push, signed; `at` is its moment in epoch ms. */
  bodyOf(kind: string, params: Record<string, string>, at = this.#options.now()): string {
    const { credentials, callbackUrl } = this.#options;
    const signed = { ...params, app_id: credentials.appId, timestamp: String(Math.floor(at / 1_000)) };
    return formOf({ ...signed, sig: sign(`${callbackUrl}/${kind}`, signed, credentials.appSecret) });
  }

  /** Sends a body as it is: also for what no platform would send. */
  async send(kind: string, body: string, headers: Record<string, string> = {}): Promise<string> {
    const { callbackUrl, resolve } = this.#options;
    const answer = await fetch(resolve(`${callbackUrl}/${kind}`), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
      signal: AbortSignal.timeout(PATIENCE),
    });
    const told = await answer.text();
    this.answers.push(told);
    return told;
  }

  async #send({ kind, params }: Push, fault: PushFault | undefined): Promise<boolean> {
    // What is lost is lost for good: the developer has to ask.
    if (fault === 'lost') return true;
    const { detail, ...rest } = params;
    const whole = fault === 'degraded' && detail ? { ...rest, incmp_code: '-1', incmp_modules: '[1]' } : params;
    const now = this.#options.now();
    const body = this.bodyOf(kind, whole, fault === 'skewed-clock' ? now - SKEW : now);
    const altered = fault === 'wrong-signature' ? body.replace(/sig=./, 'sig=x') : body;
    const again = fault === 'duplicate' ? [this.send(kind, body), this.send(kind, body)] : [];
    const [first] = await Promise.all([this.send(kind, altered), ...again]);
    return first === '{"data":"ok"}';
  }
}
