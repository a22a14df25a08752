import { randomUUID } from 'node:crypto';
import { Deliveries } from '../../../kernel/simulator/deliveries.ts';
import type { CallbackFault, Faults } from './faults.ts';
import { type Keys, seal, signedHeaders } from './keys.ts';
import { stamp } from './world.ts';

/** After each delivery that was not taken it waits so long for the next, in seconds; then it gives up. */
const SCHEDULE = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600];
/** How long a receiver may take, in milliseconds. */
const PATIENCE = 5_000;
/** How far a clock is off that is off, in milliseconds. */
const SKEW = 10 * 60_000;

/** A callback on its way. */
interface Callback {
  url: string;
  body: string;
}

/** What callbacks are sent with. */
export interface CallbackOptions {
  now(): number;
  keys(): Promise<Keys>;
  faults: Faults;
  /** Where an address of the world lies: a test has its own. */
  resolve(url: string): string;
}

/** An answer to a callback. */
export interface Delivered {
  status: number;
  body: string;
}

/** Sends callbacks until they are taken, by the platform's schedule. */
export class Callbacks {
  readonly #options: CallbackOptions;
  readonly #deliveries: Deliveries<Callback, CallbackFault>;
  /** What the receivers have answered, the latest last. */
  readonly delivered: Delivered[] = [];

  constructor(options: CallbackOptions) {
    const { now, faults } = options;
    this.#options = options;
    this.#deliveries = new Deliveries({
      now,
      waits: SCHEDULE,
      nextFault: () => faults.callbacks.next(),
      send: (callback, fault) => this.#send(callback, fault),
    });
  }

  /** Tells a merchant something; it is sent at once. */
  async tell(url: string, eventType: string, type: string, told: object): Promise<void> {
    const { apiV3Key } = await this.#options.keys();
    const now = this.#options.now();
    const resource = seal(JSON.stringify(told), apiV3Key, type);
    const event = { id: randomUUID(), create_time: stamp(now), resource_type: 'encrypt-resource' };
    const body = JSON.stringify({ ...event, event_type: eventType, summary: eventType, resource });
    void this.#deliveries.tell({ url, body });
  }

  /** Sends what is due. */
  look(): Promise<void> {
    return this.#deliveries.look();
  }

  /** Resolves when nothing is on its way. */
  idle(): Promise<void> {
    return this.#deliveries.idle();
  }

  /** Sends a body as it is, signed or not: for what no platform would send. */
  async send(url: string, body: string, headers: Record<string, string>): Promise<Delivered> {
    const answer = await fetch(this.#options.resolve(url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(PATIENCE),
    });
    const delivered = { status: answer.status, body: await answer.text() };
    this.delivered.push(delivered);
    return delivered;
  }

  async #send({ url, body }: Callback, fault: CallbackFault | undefined): Promise<boolean> {
    if (fault === 'lost') return false;
    const [key] = (await this.#options.keys()).platform;
    if (!key) throw new Error('the simulator has no key');
    const at = this.#options.now() - (fault === 'skewed-clock' ? SKEW : 0);
    const signed = () => signedHeaders(key, body, at);
    const probe = { 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${signed()['Wechatpay-Signature']}` };
    if (fault === 'probe') await this.send(url, body, { ...signed(), ...probe });
    const headers = fault === 'wrong-signature' ? signedHeaders(key, `${body} `, at) : signed();
    const again = fault === 'duplicate' ? [this.send(url, body, signed())] : [];
    const [first] = await Promise.all([this.send(url, body, headers), ...again]);
    return first?.status === 200 || first?.status === 204;
  }
}
