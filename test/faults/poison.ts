import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Servers } from '../../cli/servers.ts';
import { WATCH } from './watch.ts';

/** Events that cannot be applied, in the way of all others. */
export interface Poison {
  /** Waits until nothing else is left to deliver, for so many seconds; takes them away, and answers what they held up. */
  remove(patience: number): Promise<string[]>;
}

/** Whose events they say they are: of one that is tried again and again, and of one that was given up. */
const AGGREGATES = { PENDING: 'poison that is tried', DEAD: 'poison that was given up' };
const OF_POISON = "aggregate like 'poison that %'";
/** Who hears of a paid order. */
const CONSUMERS = ['devices', 'inventory', 'marketing'];
/** How often to look whether all else is delivered, in ms. */
const EVERY = 250;

/** Lays events without a payload into the outbox of orders, with ids and versions that come before all others. */
export async function poison({ storage, namespace }: Servers): Promise<Poison> {
  if (storage.kind !== 'mysql') throw new Error('only a product on MySQL can be poisoned');
  const { url: uri } = storage;
  const using = async <T>(work: (query: (sql: string) => Promise<RowDataPacket[]>) => Promise<T>): Promise<T> => {
    const connection = await createConnection({ uri, database: `${namespace}_orders` });
    try {
      return await work(async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
    } finally {
      await connection.end();
    }
  };
  await using(async (query) => {
    for (const [state, aggregate] of Object.entries(AGGREGATES)) {
      const id = `00000000 ${state}`;
      await query(`insert into outbox_event (id, name, aggregate, version, at, payload)
        values ('${id}', 'order.paid', '${aggregate}', 0, 0, 'null')`);
      for (const consumer of CONSUMERS)
        await query(`insert into outbox_delivery (event_id, consumer, aggregate, version, state, attempts, next_at)
          values ('${id}', '${consumer}', '${aggregate}', 0, '${state}', 0, 0)`);
    }
  });
  return {
    remove: (patience) =>
      using(async (query) => {
        const left = () => query(`select event_id, consumer from outbox_delivery where not ${OF_POISON}`);
        for (const until = performance.now() + patience * 1_000; performance.now() < until; await pause(EVERY))
          if ((await left()).length === 0) break;
        const held = await left();
        for (const table of ['outbox_delivery', 'outbox_event', `\`${namespace}_${WATCH}\`.emitted`])
          await query(`delete from ${table} where ${OF_POISON}`);
        return held.map(({ event_id, consumer }) => `event ${event_id} for ${consumer} waits behind those of others`);
      }),
  };
}
