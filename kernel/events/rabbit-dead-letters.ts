import { type Channel, connect, type GetMessage } from 'amqplib';
import { SECOND } from '../clock.ts';
import { within } from '../within.ts';
import { ANSWER, deadLettersOf, declareDeadLetters } from './rabbit-queues.ts';

/** What lies in the queue of dead letters. */
export interface BuriedMessage {
  /** The event's id, as the message says, which may be forged; undefined when it is no event. */
  eventId: string | undefined;
  /** Where it was to go; undefined when nobody knows. */
  consumer: string | undefined;
  /** Why it lies here. */
  error: string;
  /** Since when, as an ISO moment; empty when nobody noted it. */
  when: string;
  /** Its first characters. */
  text: string;
}

/** Where the queue is. */
export interface BuriedOptions {
  url: string;
  namespace: string;
}

/** How much of a message is shown, in characters. */
const EXCERPT = 200;

/** Everything in the queue of dead letters, which stays there. */
export function listBuried(options: BuriedOptions): Promise<BuriedMessage[]> {
  return onQueue(options, async (messages) => messages.map(describe));
}

/** Removes the copies of an event, or of every event, from the queue; answers how many. What is no event stays. */
export function removeBuried(options: BuriedOptions, eventId?: string): Promise<number> {
  return onQueue(options, async (messages, channel) => {
    const copies = messages.filter((message) => {
      const of = describe(message).eventId;
      return eventId ? of === eventId : of !== undefined;
    });
    for (const message of copies) channel.ack(message);
    return copies.length;
  });
}

/** Takes all messages in hand; those that were not acknowledged go back when the channel closes. */
async function onQueue<T>(
  { url, namespace }: BuriedOptions,
  work: (messages: GetMessage[], channel: Channel) => Promise<T>,
): Promise<T> {
  const connection = await connect(url, { timeout: 5 * SECOND });
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    const { messageCount } = await declareDeadLetters(channel, namespace);
    const messages: GetMessage[] = [];
    while (messages.length < messageCount) {
      const message = await within(channel.get(deadLettersOf(namespace)), ANSWER);
      if (!message) break;
      messages.push(message);
    }
    const result = await work(messages, channel);
    await channel.close();
    return result;
  } finally {
    await connection.close().catch(() => {});
  }
}

function describe({ content, properties }: GetMessage): BuriedMessage {
  const headers: Record<string, unknown> = properties.headers ?? {};
  const said = (...names: string[]) =>
    names.map((name) => headers[name]).find((value): value is string => typeof value === 'string' && value !== '');
  return {
    // What the broker itself has laid here bears the headers that it came with.
    eventId: said('event') ?? (properties.messageId as string | undefined),
    consumer: said('consumer', 'x-first-death-queue'),
    error: said('error', 'x-first-death-reason') ?? 'unknown',
    when: said('when') ?? '',
    text: content.toString('utf8', 0, EXCERPT),
  };
}
