import { Deliveries } from '../../../kernel/simulator/deliveries.ts';
import type { DocumentFault, Faults } from './faults.ts';
import { signed } from './signing.ts';

/** After each delivery that was not taken it waits so long for the next, in seconds; then it gives up. */
const SCHEDULE = [5, 30, 120, 600, 3600, 21_600];
/** How long the buyer may take, in milliseconds. */
const PATIENCE = 5_000;
/** How far a clock is off that is off, in milliseconds. */
const SKEW = 10 * 60_000;

/** A document on its way. */
interface Sent {
  /** One of a kind; a document that is sent again has the same. */
  id: string;
  body: string;
}

/** What documents are sent with. */
export interface DocumentOptions {
  now(): number;
  secret: string;
  faults: Faults;
  /** Where the buyer takes documents; nothing when nobody knows. */
  address(): string | undefined;
}

/** An answer of the buyer's. */
export interface Delivered {
  status: number;
  body: string;
}

/** Sends documents until they are taken. */
export class Documents {
  readonly #options: DocumentOptions;
  readonly #deliveries: Deliveries<Sent, DocumentFault>;
  /** What the buyer has answered, the latest last. */
  readonly delivered: Delivered[] = [];

  constructor(options: DocumentOptions) {
    const { now, faults } = options;
    this.#options = options;
    this.#deliveries = new Deliveries({
      now,
      waits: SCHEDULE,
      nextFault: () => faults.documents.next(),
      send: (document, fault) => this.#send(document, fault),
    });
  }

  /** Sends a document, and again until it is taken. Resolves when the first try is over. */
  send(id: string, body: string): Promise<void> {
    return this.#deliveries.tell({ id, body });
  }

  /** How many documents are still to be sent. */
  waiting(): number {
    return this.#deliveries.waiting();
  }

  /** Sends all that was not taken now, instead of by the schedule. */
  again(): Promise<void> {
    return this.#deliveries.again();
  }

  /** Sends what is due. */
  look(): Promise<void> {
    return this.#deliveries.look();
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

  async #send({ id, body }: Sent, fault: DocumentFault | undefined): Promise<boolean> {
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
