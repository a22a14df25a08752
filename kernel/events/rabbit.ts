import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { CallKeys } from '../calls/keys.ts';
import { SECOND } from '../clock.ts';
import type { Logger } from '../log.ts';
import { Late, within } from '../within.ts';
import { type Broker, type EventEnvelope, NotApplied } from './events.ts';
import { type Reply, take } from './rabbit-consumer.ts';
import { keepLink } from './rabbit-link.ts';
import { ANSWER, declareDeadLetters, declareQueue, layAside, queueOf, REPLIES, send } from './rabbit-queues.ts';
import { signed, signerOf } from './rabbit-signature.ts';

/** How RabbitMQ is reached. */
export interface RabbitOptions {
  /** `amqp://user:password@host:port/vhost`. */
  url: string;
  /** Stands before each queue's name, so that several products may share a broker. */
  namespace: string;
  /** What messages are signed with and checked by: whoever has the broker's address alone can say nothing. */
  keys: CallKeys;
  /** Whether a plug-in whose process has a key of its own may make an event known. */
  mayEmit(plugin: string, event: string): boolean;
  log: Logger;
}

/** What belongs to one connection. */
interface Session {
  channel: ConfirmChannel;
  /** The queues that are known to be there. */
  declared: Map<string, Promise<unknown>>;
  /** The tags by which consumers listen. */
  listening: Map<string, Promise<string>>;
}

/** How many events of a consumer are applied side by side in this process. */
const PREFETCH = 50;
/** How long a stop waits for events that are being applied, in ms. */
const GRACE = 5 * SECOND;

/**
 * Carries events through RabbitMQ: a queue for each consumer, and an answer from the consumer for each event. Connects in
 * the background; `deliver` waits for the connection, and rejects at once when it is lost with the event under way.
 */
export function rabbitBroker({ url, namespace, keys, mayEmit, log }: RabbitOptions): Broker {
  /** The events that are to be delivered and not answered yet, by consumer and id. */
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  /** Those of them that were sent over the present connection. */
  const sent = new Set<string>();
  const consumers = new Map<string, (event: EventEnvelope) => Promise<void>>();
  const applying = new Set<Promise<void>>();
  /** The consumers whose queue does not answer. */
  const stuck = new Set<string>();

  const settle = (key: string, result?: Error) => {
    const waiter = waiting.get(key);
    waiting.delete(key);
    sent.delete(key);
    if (result) waiter?.reject(result);
    else waiter?.resolve();
  };

  const hear = (message: ConsumeMessage | null) => {
    // An answer to what nobody waits for any more is late, and tells nothing new.
    if (!message) return;
    const key = String(message.properties.correlationId);
    const [consumer = ''] = key.split('/');
    // By the key that the event was signed with, or by nobody who may say so.
    if (signerOf(keys, ['reply', key], message)?.id !== keys.signingTo(consumer).id)
      return log.warn({ key }, 'an answer is not signed by who should give it');
    const reply = replyIn(message);
    if (reply.outcome === 'applied') settle(key);
    else settle(key, reply.outcome === 'refused' ? new NotApplied(reply.reason) : new Error(reply.reason));
  };

  const listen = async ({ channel, listening }: Session, consumer: string): Promise<void> => {
    if (listening.has(consumer)) return;
    const subscribe = async () => {
      const { consumerCount } = await declareQueue(channel, namespace, consumer);
      if (stuck.delete(consumer) && consumerCount === 0) {
        log.warn({ consumer }, 'a queue that does not answer is made anew; its events are sent again');
        await channel.deleteQueue(queueOf(namespace, consumer));
        await declareQueue(channel, namespace, consumer);
      }
      await channel.prefetch(PREFETCH);
      const consuming = channel.consume(queueOf(namespace, consumer), (message) => {
        const apply = consumers.get(consumer);
        // Its queue was deleted: a new connection declares it again.
        if (!message) void channel.close().catch(() => {});
        else if (apply) work(take(message, { namespace, keys, mayEmit, consumer, channel, apply }));
        else channel.nack(message);
      });
      return (await within(consuming, ANSWER)).consumerTag;
    };
    const tag = subscribe();
    listening.set(consumer, tag);
    await tag.catch((error) => {
      if (error instanceof Late) stuck.add(consumer);
      void channel.close().catch(() => {});
      throw error;
    });
  };

  const work = (taken: Promise<void>) => {
    // What could not be answered is delivered again, once the connection is back.
    const done = taken.catch((error) => log.debug({ error }, 'an event was not answered')).finally(forget);
    function forget() {
      applying.delete(done);
    }
    applying.add(done);
  };

  const link = keepLink<Session>({
    url,
    log,
    async prepare(channel) {
      const session: Session = { channel, declared: new Map(), listening: new Map() };
      channel.on('return', ({ fields, properties }) => {
        session.declared.delete(fields.routingKey);
        settle(String(properties.correlationId), new Error(`there is no queue ${fields.routingKey}`));
      });
      await declareDeadLetters(channel, namespace);
      await channel.consume(REPLIES, hear, { noAck: true });
      for (const consumer of consumers.keys()) await listen(session, consumer);
      return session;
    },
    lost(error) {
      for (const key of [...sent]) settle(key, new Error(`the connection was lost: ${error.message}`));
    },
  });

  /** The producer declares its consumers' queues too: what it sends before their first start waits for them. */
  const declared = ({ channel, declared: known }: Session, consumer: string): Promise<unknown> => {
    const queue = queueOf(namespace, consumer);
    const declaring = known.get(queue) ?? declareQueue(channel, namespace, consumer);
    known.set(queue, declaring);
    return declaring;
  };

  const publish = async (consumer: string, event: EventEnvelope, key: string): Promise<void> => {
    const session = await link.ready();
    await declared(session, consumer);
    // Sent before, and nobody there to take it: another would only lie beside it.
    if (sent.has(key) && (await declareQueue(session.channel, namespace, consumer)).consumerCount === 0) return;
    sent.add(key);
    const content = encode(event);
    const headers = signed(keys.signingTo(consumer), ['event', consumer], content);
    const options = { messageId: event.id, type: event.name, replyTo: REPLIES, correlationId: key, headers };
    await send(session.channel, queueOf(namespace, consumer), content, options);
  };

  return {
    async deliver(consumer, event) {
      const key = `${consumer}/${event.id}`;
      const before = waiting.get(key);
      // It goes out as soon as there is a connection.
      if (before && !link.current()) return before.promise;
      const waiter = before ?? Promise.withResolvers<void>();
      waiting.set(key, waiter);
      publish(consumer, event, key).catch((error) => settle(key, error));
      return waiter.promise;
    },

    async consume(consumer, apply) {
      consumers.set(consumer, apply);
      link
        .ready()
        .then((session) => listen(session, consumer))
        .catch((error) => log.debug({ error, consumer }, 'not listening yet'));
    },

    async bury(consumer, event, { error, attempts, at }) {
      const session = link.current();
      if (!session) throw new Error('RabbitMQ is not connected');
      const { id, name } = event;
      await layAside(session.channel, namespace, encode(event), {
        messageId: id,
        type: name,
        headers: { consumer, event: id, error: error.slice(0, 2_000), attempts, when: new Date(at).toISOString() },
      });
    },

    async stopConsuming() {
      const session = link.current();
      for (const tag of session?.listening.values() ?? [])
        await tag.then((known) => session?.channel.cancel(known)).catch(() => {});
      consumers.clear();
      await within(Promise.all(applying), GRACE).catch(() => log.warn('events are still being applied'));
    },

    close: () => link.close(),
  };
}

/** Its own fields, and nothing that the database has added. */
function encode({ id, name, aggregate, version, at, trace, payload }: EventEnvelope): Buffer {
  return Buffer.from(JSON.stringify({ id, name, aggregate, version, at, ...(trace && { trace }), payload }));
}

/** What a consumer has answered; what cannot be read leaves open what has become of the event. */
function replyIn({ content }: ConsumeMessage): Reply {
  try {
    return JSON.parse(content.toString()) as Reply;
  } catch {
    return { outcome: 'not now', reason: 'its answer cannot be read' };
  }
}
