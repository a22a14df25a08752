import { setTimeout as wait } from 'node:timers/promises';
import type { LiveChannel } from '../../kernel/live/live.ts';
import { type Change, moment, type Published, type Told } from './messages.ts';
import type { Versions } from './subgraphs.ts';

/**
 * Changes things at a steady rate. A change counts from the moment at which it was due, and not from when a busy process
 * came to publish it.
 */
export function publishing(live: LiveChannel, versions: Versions) {
  return async ({ topics, rate, seconds }: Extract<Told, { do: 'publish' }>): Promise<Published> => {
    const changes: Change[] = [];
    const total = Math.round(rate * seconds);
    const began = moment();
    const before = process.cpuUsage();
    while (changes.length < total) {
      const due = Math.min(Math.floor(((moment() - began) * rate) / 1_000), total);
      while (changes.length < due) {
        const index = Math.floor(Math.random() * topics.length);
        const topic = topics[index] as string;
        const version = versions.next(topic);
        changes.push([index, version, began + ((changes.length + 1) * 1_000) / rate]);
        live.publish({ topic, version });
      }
      await wait(1);
    }
    const { user, system } = process.cpuUsage(before);
    return { changes, busy: (user + system) / 1_000 / (moment() - began) };
  };
}
