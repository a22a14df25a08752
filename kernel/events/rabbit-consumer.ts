import { setTimeout as pause } from 'node:timers/promises';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { SECOND } from '../clock.ts';
import { plainMessage } from '../telemetry/plain-error.ts';
import { type EventEnvelope, NotApplied } from './events.ts';
import { layAside } from './rabbit-queues.ts';

/** What a consumer answers to the process that sent it an event. */
export type Reply = { outcome: 'applied' } | { outcome: 'refused' | 'not now'; reason: string };

/** How a consumer's messages are taken. */
export interface Taking {
  namespace: string;
  consumer: string;
  channel: ConfirmChannel;
  apply: (event: EventEnvelope) => Promise<void>;
}

const envelope = z.object({
  id: z.string().min(1).max(100),
  name: z.string().min(1),
  aggregate: z.string().min(1),
  version: z.number().int(),
  at: z.number(),
  trace: z.string().max(200).optional(),
  payload: z.unknown(),
});

/** The room for a reason among a message's headers, in characters. */
const REASON = 2_000;

/**
 * Applies the event of a message, answers whoever waits for it, and only then lets the message go. What is no event, and
 * what is refused while no outbox waits for the answer, becomes a dead letter with the reason; so it holds up nothing.
 */
export async function take(message: ConsumeMessage, { namespace, consumer, channel, apply }: Taking): Promise<void> {
  const { replyTo, correlationId } = message.properties;
  const refuse = (error: string) =>
    layAside(channel, namespace, message.content, {
      headers: { consumer, error: error.slice(0, REASON), when: new Date().toISOString() },
    });
  const event = read(message.content);
  if (!event) {
    await refuse('This is not an event.');
    return channel.ack(message);
  }
  const reply = await outcome(apply(event));
  if (replyTo) channel.publish('', replyTo, Buffer.from(JSON.stringify(reply)), { correlationId });
  else if (reply.outcome === 'refused') await refuse(reply.reason);
  else if (reply.outcome === 'not now') {
    await pause(SECOND);
    return channel.nack(message);
  }
  channel.ack(message);
}

function read(content: Buffer): EventEnvelope | undefined {
  try {
    return envelope.parse(JSON.parse(content.toString())) as EventEnvelope;
  } catch {
    return undefined;
  }
}

async function outcome(applied: Promise<void>): Promise<Reply> {
  try {
    await applied;
    return { outcome: 'applied' };
  } catch (error) {
    const refused = error instanceof NotApplied;
    return { outcome: refused ? 'refused' : 'not now', reason: plainMessage(error) };
  }
}
