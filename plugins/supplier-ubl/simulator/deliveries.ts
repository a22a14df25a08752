import type { DocumentFault } from './faults.ts';
import { signed } from './signing.ts';

/** After each delivery that was not taken it waits so long for the next, in seconds; then it gives up. */
const SCHEDULE = [5, 30, 120, 600, 3600, 21_600];
/** How long the buyer may take, in milliseconds. */
const PATIENCE = 5_000;
/** How far a clock is off that is off, in milliseconds. */
const SKEW = 10 * 60_000;

/** A document on its way. */
interface Pending {
  /** One of a kind; a document that is sent again has the same. */
  id: string;
  body: string;
  tries: number;
  dueAt: number;
}

/** What documents are sent with. */
export interface DeliveryOptions {
  now(): number;
  secret: string;
  nextFault(): DocumentFault | undefined;
  /** Where the buyer takes documents; nothing when nobody knows. */
  address(): string | undefined;
}

/** An answer of the buyer's. */
export interface Delivered {
  status: number;
  body: string;
}

/** Sends documents until they are taken. */
export class Deliveries {
  readonly #options: DeliveryOptions;
  #pending: Pending[] = [];
  readonly #held: Pending[] = [];
  #sending: Promise<unknown> = Promise.resolve();
  /** What the buyer has answered, the latest last. */
  readonly delivered: Delivered[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Sends a document, and again until it is taken. Resolves when the first try is over. */
  async send(id: string, body: string): Promise<void> {
    this.#pending.push({ id, body, tries: 0, dueAt: this.#options.now() });
    await this.look();
  }

  /** How many documents are still to be sent. */
  waiting(): number {
    return this.#pending.length;
  }

  /** Sends all that was not taken now, instead of by the schedule. */
  again(): Promise<unknown> {
    const dueAt = this.#options.now();
    this.#pending = this.#pending.map((one) => ({ ...one, tries: 0, dueAt }));
    return this.look();
  }

  /** Sends what is due, one after the other. */
  look(): Promise<unknown> {
    this.#sending = this.#sending.then(async () => {
      const now = this.#options.now();
      const due = this.#pending.filter(({ dueAt }) => dueAt <= now);
      this.#pending = this.#pending.filter(({ dueAt }) => dueAt > now);
      for (const one of due) await this.#take(one);
    });
    return this.#sending;
  }

  /** Posts a body as it is, with such headers: for what no supplier would send. */
  async post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Delivered> {
    const address = this.#options.address();
    if (!address) throw new Error('nobody knows where the buyer is');
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/xml', ...headers },
      body,
      signal: AbortSignal.timeout(PATIENCE),
    });
    const delivered = { status: answer.status, body: await answer.text() };
    this.delivered.push(delivered);
    return delivered;
  }

  async #take(one: Pending): Promise<void> {
    const fault = this.#options.nextFault();
    if (fault === 'reorder') {
      this.#held.push(one);
      return;
    }
    const isTaken = await this.#try(one, fault).catch(() => false);
    const wait = SCHEDULE[one.tries];
    if (!isTaken && wait !== undefined)
      this.#pending.push({ ...one, tries: one.tries + 1, dueAt: this.#options.now() + wait * 1_000 });
    // What was held back comes after what came later.
    for (const held of this.#held.splice(0)) await this.#take(held);
  }

  async #try({ id, body }: Pending, fault: DocumentFault | undefined): Promise<boolean> {
    if (fault === 'lost') return false;
    const { now, secret } = this.#options;
    const at = now() - (fault === 'skewed-clock' ? SKEW : 0);
    const headers = signed(secret, id, at, fault === 'wrong-signature' ? `${body} ` : body);
    const { status } = await this.post(body, headers);
    // Once under the same id, and once as if it were another message.
    if (fault === 'duplicate') {
      await this.post(body, signed(secret, id, at + 1_000, body));
      await this.post(body, signed(secret, `${id}-again`, at, body));
    }
    return status === 200 || status === 202;
  }
}
