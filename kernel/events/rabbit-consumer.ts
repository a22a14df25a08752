import { setTimeout as pause } from 'node:timers/promises';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import type { CallKey, CallKeys } from '../calls/keys.ts';
import { SECOND } from '../clock.ts';
import { plainMessage } from '../telemetry/plain-error.ts';
import { type EventEnvelope, NotApplied } from './events.ts';
import { layAside } from './rabbit-queues.ts';
import { signed, signerOf } from './rabbit-signature.ts';

/** What a consumer answers to the process that sent it an event. */
export type Reply = { outcome: 'applied' } | { outcome: 'refused' | 'not now'; reason: string };

/** How a consumer's messages are taken. */
export interface Taking {
  namespace: string;
  keys: CallKeys;
  /** Whether a plug-in whose process has a key of its own may make an event known. */
  mayEmit(plugin: string, event: string): boolean;
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
 * Applies the event of a message, answers whoever waits for it, and only then lets the message go. What is no event, what
 * is not signed, and what is refused while no outbox waits for the answer, becomes a dead letter with the reason; so it
 * holds up nothing.
 */
export async function take(message: ConsumeMessage, taking: Taking): Promise<void> {
  const { namespace, keys, consumer, channel } = taking;
  const { replyTo } = message.properties;
  const event = read(message.content);
  const refuse = (error: string) =>
    layAside(channel, namespace, message.content, {
      headers: { consumer, event: event?.id, error: error.slice(0, REASON), when: new Date().toISOString() },
    });
  const signer = event && signerOf(keys, ['event', consumer], message);
  if (!event || !signer) {
    await refuse(event ? 'It is signed by no key that is known here.' : 'This is not an event.');
    return channel.ack(message);
  }
  const reply = await outcome(applied(event, signer, taking));
  if (replyTo) {
    const content = Buffer.from(JSON.stringify(reply));
    // By the same key, which whoever sent the event must know, and of what is signed in it: the message may say anything.
    const correlationId = `${consumer}/${event.id}`;
    const headers = signed(signer, ['reply', correlationId], content);
    channel.publish('', replyTo, content, { correlationId, headers });
  } else if (reply.outcome === 'refused') await refuse(reply.reason);
  else if (reply.outcome === 'not now') {
    await pause(SECOND);
    return channel.nack(message);
  }
  channel.ack(message);
}

async function applied(event: EventEnvelope, { owner }: CallKey, { mayEmit, consumer, apply }: Taking): Promise<void> {
  if (owner === undefined || owner === consumer) return apply(event);
  if (!mayEmit(owner, event.name)) throw new NotApplied(`The plug-in ${owner} does not say that it emits this.`);
  // An id of its own making must not pass for another's event, which the inbox would then turn away.
  return apply({ ...event, id: `${owner}/${event.id}` });
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
