import type { Listener, LiveChannel, LiveEvent } from '../live/live.ts';
import { within } from '../within.ts';
import { type RedisClient, type RedisOptions, redisConnection } from './connection.ts';

/** How long a subscription may take to be confirmed, in milliseconds. */
const PATIENCE = 1_000;

/** Those who listen to a topic here, and when the server has confirmed that we do. */
interface Topic {
  listeners: Set<Listener>;
  confirmed: Promise<void>;
}

/**
 * The channel between processes, over Redis. Everybody hears through the server alone, also what their own process
 * says: so all hear the same, in one order. Every process that connects, for the first time or again, makes all others
 * look: what it said before may have been lost with its connection, or with the process before it.
 */
export function redisChannel(options: RedisOptions): LiveChannel {
  const { namespace, log } = options;
  const prefix = `${namespace}:live:`;
  /** Hears that something may have been missed by everybody. */
  const everybody = `${namespace}:missed`;
  const topics = new Map<string, Topic>();
  let client: RedisClient | undefined;

  function missed() {
    for (const listener of new Set([...topics.values()].flatMap(({ listeners }) => [...listeners]))) listener.missed();
  }

  function hear(message: string, channel: string) {
    if (channel === everybody) return missed();
    const topic = channel.slice(prefix.length);
    try {
      const event: LiveEvent = { ...JSON.parse(message), topic };
      for (const listener of [...(topics.get(topic)?.listeners ?? [])]) listener.heard(event);
    } catch (error) {
      log.error({ error, topic }, 'a live event that cannot be read');
    }
  }

  /** Resolves also when it failed: the connection is given up then, and the next one makes everybody look. */
  async function follow(channels: string[]): Promise<void> {
    const at = client;
    if (at) await within(at.subscribe(channels, hear), PATIENCE).catch(() => at.destroy());
  }

  const connection = redisConnection(options, {
    async connected(fresh) {
      client = fresh;
      const confirmed = follow([everybody, ...[...topics.keys()].map((topic) => prefix + topic)]);
      for (const topic of topics.values()) topic.confirmed = confirmed;
      await confirmed;
      await within(fresh.publish(everybody, ''), PATIENCE);
    },
    away() {
      client = undefined;
      missed();
    },
  });

  function unlisten(topic: string, listener: Listener) {
    const known = topics.get(topic);
    known?.listeners.delete(listener);
    if (known?.listeners.size !== 0) return;
    topics.delete(topic);
    client?.unsubscribe(prefix + topic, hear).catch(() => {});
  }

  return {
    publish({ topic, ...event }) {
      const at = client;
      at?.publish(prefix + topic, JSON.stringify(event)).catch(() => at.destroy());
    },
    async listen(names, listener) {
      const followed = names.map((name) => {
        const topic = topics.get(name) ?? { listeners: new Set(), confirmed: follow([prefix + name]) };
        topics.set(name, topic);
        topic.listeners.add(listener);
        return topic.confirmed;
      });
      await Promise.all(followed);
      return () => {
        for (const name of names) unlisten(name, listener);
      };
    },
    async close() {
      client = undefined;
      await connection.close();
    },
  };
}
