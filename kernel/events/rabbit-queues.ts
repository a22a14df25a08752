import type { Channel, ConfirmChannel, Options, Replies } from 'amqplib';
import { SECOND } from '../clock.ts';
import { Late, within } from '../within.ts';

/** RabbitMQ gives each channel an address for answers; they reach the process that asked while it is connected. */
export const REPLIES = 'amq.rabbitmq.reply-to';

/** After so many deliveries that were neither confirmed nor refused, a message ends its consumer rather than the reverse. */
const DELIVERY_LIMIT = 20;

/**
 * How long a queue may take to answer, in ms. A quorum queue that was written to when its only broker was killed may
 * never find a leader again (rabbitmq-server issue 10070): it is then made anew, for the outboxes have all that was in it.
 */
export const ANSWER = 4 * SECOND;

/** The queue of a consumer. */
export const queueOf = (namespace: string, consumer: string): string => `${namespace}.events.${consumer}`;

/** The queue of what could not be applied, of all consumers. */
export const deadLettersOf = (namespace: string): string => `${namespace}.dead-letters`;

/** Declares a consumer's queue, unless it is there; answers how many listen to it. */
export function declareQueue(channel: Channel, namespace: string, consumer: string): Promise<Replies.AssertQueue> {
  return channel.assertQueue(queueOf(namespace, consumer), {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLettersOf(namespace),
    },
  });
}

/** Declares the queue of dead letters, unless it is there. */
export function declareDeadLetters(channel: Channel, namespace: string): Promise<Replies.AssertQueue> {
  // RabbitMQ 4 drops what was looked at 20 times, unless it is told a number; no version understands "never".
  const args = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000 };
  return channel.assertQueue(deadLettersOf(namespace), { durable: true, arguments: args });
}

/** Sends a message that outlives the broker; resolves when the broker has it, rejects when it may not. */
export function send(channel: ConfirmChannel, queue: string, content: Buffer, options: Options.Publish): Promise<void> {
  return new Promise((resolve, reject) => {
    const message = { persistent: true, mandatory: true, ...options };
    channel.publish('', queue, content, message, (error) => (error ? reject(error as Error) : resolve()));
  });
}

/** Sends a message to the queue of dead letters, which is made anew when it does not answer. */
export async function layAside(
  channel: ConfirmChannel,
  namespace: string,
  content: Buffer,
  options: Options.Publish,
): Promise<void> {
  const queue = deadLettersOf(namespace);
  const lay = () => within(send(channel, queue, content, options), ANSWER);
  await lay().catch(async (error) => {
    if (!(error instanceof Late)) throw error;
    await channel.deleteQueue(queue);
    await declareDeadLetters(channel, namespace);
    await lay();
  });
}
