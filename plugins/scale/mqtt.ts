import { EventEmitter, once } from 'node:events';
import { connect } from 'mqtt';
import { z } from 'zod';
import { type Clock, SECOND } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ScaleDriver } from '../../subgraphs/devices/ports.ts';
import { type Reading, refused, weighed } from './frame.ts';

/** How far a scale's clock may be from ours, with the way of a message, in milliseconds: older ones were held up. */
const WINDOW = 10 * SECOND;
/** The largest message that is looked at, in bytes. */
const LARGEST = 2_000;

/** What a scale publishes at `scales/ID/weight`. No standard names one, so this is ours. */
const Message = z.object({
  deviceId: z.string(),
  /** Epoch milliseconds by the scale's clock. */
  ts: z.number().int(),
  /** Counts the scale's messages. */
  seq: z.number().int().nonnegative(),
  /** What it shows: less the tare. */
  weightGrams: z.number(),
  tareGrams: z.number().nonnegative().default(0),
  stable: z.boolean(),
  overload: z.boolean().default(false),
  unit: z.literal('g'),
});
type Message = z.infer<typeof Message>;

const ID = /^[\w-]{1,64}$/;

/** Where the scales' broker is, and what it is looked at by. */
export interface MqttOptions {
  /** `mqtts://user:password@host:8883`. */
  url: string;
  clock: Clock;
  log: Logger;
}

/** Scales that publish their weight as JSON over MQTT, and what is to be known of their broker. */
export interface MqttScales {
  driver: ScaleDriver;
  /** Throws while the broker is away. */
  assertConnected(): void;
  /** Resolves once the broker takes messages and hands them on. */
  connected(): Promise<void>;
  /** Resolves once the broker is away. */
  disconnected(): Promise<void>;
  close(): Promise<void>;
}

/** Listens to the scales of a broker. What was retained, repeated, held up or sent in another's name is passed over. */
export function mqttScales({ url, clock, log }: MqttOptions): MqttScales {
  const client = connect(url, {
    connectTimeout: 10 * SECOND,
    reconnectPeriod: SECOND,
    clean: true,
    resubscribe: false,
  });
  const listeners = new Map<string, Set<(reading: Reading) => void>>();
  const latest = new Map<string, Pick<Message, 'ts' | 'seq'>>();
  let isListening = false;
  let hasComplained = false;
  /** Once for each time that the broker is away: it is tried each second. */
  const complain = (error: unknown) => {
    if (!hasComplained) log.warn({ error }, 'the broker of the scales does not answer, or lets nobody listen');
    hasComplained = true;
  };
  const changed = new EventEmitter<{ up: []; down: [] }>();
  client.on('connect', async () => {
    try {
      await client.subscribeAsync('scales/+/weight', { qos: 0 });
    } catch (error) {
      return complain(error);
    }
    isListening = true;
    hasComplained = false;
    changed.emit('up');
  });
  client.on('close', () => {
    isListening = false;
    changed.emit('down');
  });
  client.on('error', complain);
  client.on('message', (topic, payload, { retain }) => {
    const [, id = ''] = topic.split('/');
    const waiting = listeners.get(id);
    const message = payload.length > LARGEST ? undefined : read(payload);
    if (!waiting || retain) return;
    if (message?.deviceId !== id) return tell(waiting, refused('STRANGE'));
    if (Math.abs(message.ts - clock.now()) > WINDOW) return log.warn({ id, ts: message.ts }, 'a weight is held up');
    const before = latest.get(id);
    if (before && (message.ts < before.ts || (message.ts === before.ts && message.seq <= before.seq))) return;
    latest.set(id, message);
    tell(waiting, readingOf(message));
  });

  return {
    driver: {
      refusal: async (address) => (ID.test(address) ? null : 'is 1 to 64 letters, digits, _ and -'),
      weigh: (id, patience) =>
        new Promise((resolve) => {
          let last: Reading = refused('SILENT');
          const waiting = listeners.get(id) ?? new Set();
          listeners.set(id, waiting);
          const end = () => {
            clearTimeout(timer);
            waiting.delete(hear);
            if (waiting.size === 0) listeners.delete(id);
            resolve(last);
          };
          const timer = setTimeout(end, patience);
          const hear = (reading: Reading) => {
            last = reading;
            if (reading.outcome === 'weighed') end();
          };
          waiting.add(hear);
        }),
    },
    assertConnected() {
      if (!isListening) throw new Error('the broker of the scales does not answer');
    },
    connected: async () => {
      if (!isListening) await once(changed, 'up');
    },
    disconnected: async () => {
      if (isListening) await once(changed, 'down');
    },
    close: () => client.endAsync(true),
  };
}

function tell(waiting: Iterable<(reading: Reading) => void>, reading: Reading): void {
  for (const hear of [...waiting]) hear(reading);
}

function read(payload: Buffer): Message | undefined {
  try {
    return Message.parse(JSON.parse(payload.toString()));
  } catch {
    return undefined;
  }
}

function readingOf({ overload, stable, weightGrams, tareGrams }: Message): Reading {
  if (overload) return refused('OVERLOADED');
  return stable ? weighed(Math.round(weightGrams), tareGrams > 0) : refused('UNSTABLE');
}
