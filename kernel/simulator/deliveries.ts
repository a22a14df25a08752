/** A message on its way. */
interface Pending<Message> {
  message: Message;
  /** How often it was sent in vain. */
  tries: number;
  /** When it is sent next, in epoch milliseconds. */
  dueAt: number;
}

/** How a simulated platform sends its messages. */
export interface DeliveryOptions<Message, Fault> {
  now(): number;
  /** After each try that was not taken it waits so long for the next, in seconds; then it gives up. */
  waits: readonly number[];
  /** What goes wrong with the next message; one that is reordered is held back until another was sent. */
  nextFault(message: Message): Fault | 'reorder' | undefined;
  /** Sends it once; whether it was taken. To reject is not to be taken. */
  send(message: Message, fault: Fault | undefined): Promise<boolean>;
}

/** Sends a simulated platform's messages until they are taken, by the platform's own schedule. */
export class Deliveries<Message, Fault extends string> {
  readonly #options: DeliveryOptions<Message, Fault>;
  #pending: Pending<Message>[] = [];
  readonly #held: Pending<Message>[] = [];
  readonly #sending = new Set<Promise<unknown>>();

  constructor(options: DeliveryOptions<Message, Fault>) {
    this.#options = options;
  }

  /** Sends a message, and again until it is taken. Resolves when the first try is over. */
  tell(message: Message): Promise<void> {
    return this.#track(this.#take({ message, tries: 0, dueAt: this.#options.now() }));
  }

  /** Sends what is due, one after the other. */
  look(): Promise<void> {
    const now = this.#options.now();
    const due = this.#pending.filter(({ dueAt }) => dueAt <= now);
    this.#pending = this.#pending.filter(({ dueAt }) => dueAt > now);
    return this.#track(this.#takeAll(due));
  }

  /** Sends all that was not taken now, and then from the beginning of the schedule. */
  again(): Promise<void> {
    const dueAt = this.#options.now();
    this.#pending = this.#pending.map((one) => ({ ...one, tries: 0, dueAt }));
    return this.look();
  }

  /** How many messages are to be sent again. */
  waiting(): number {
    return this.#pending.length;
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#sending.delete(tracked));
    this.#sending.add(tracked);
    return tracked;
  }

  async #takeAll(due: readonly Pending<Message>[]): Promise<void> {
    for (const one of due) await this.#take(one);
  }

  async #take(one: Pending<Message>): Promise<void> {
    const { now, waits, nextFault, send } = this.#options;
    const fault = nextFault(one.message);
    if (fault === 'reorder') {
      this.#held.push(one);
      return;
    }
    const isTaken = await send(one.message, fault).catch(() => false);
    const wait = waits[one.tries];
    if (!isTaken && wait !== undefined)
      this.#pending.push({ ...one, tries: one.tries + 1, dueAt: now() + wait * 1_000 });
    // What was held back comes after what came later.
    await this.#takeAll(this.#held.splice(0));
  }
}
