import { setTimeout as wait } from 'node:timers/promises';
import { type Change, type Graph, moment, type Published } from './messages.ts';

/**
 * Changes things at a steady rate. A change counts from the moment at which it was due, and not from when a busy process
 * came to make it.
 */
export async function publish(graph: Graph, things: number, rate: number, seconds: number): Promise<Published> {
  const changes: Change[] = [];
  const total = Math.round(rate * seconds);
  const began = moment();
  const before = process.cpuUsage();
  while (changes.length < total) {
    const due = Math.min(Math.floor(((moment() - began) * rate) / 1_000), total);
    while (changes.length < due) {
      const index = Math.floor(Math.random() * things);
      const at = began + ((changes.length + 1) * 1_000) / rate;
      changes.push([index, await graph.change(index), at]);
    }
    await wait(1);
  }
  const { user, system } = process.cpuUsage(before);
  return { changes, busy: (user + system) / 1_000 / (moment() - began) };
}
