import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import blindBox from '../../docs/examples/blind-box/index.ts';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { EventEnvelope } from '../../kernel/events/events.ts';
import { newId } from '../../kernel/ids.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { describeOnServers } from '../servers/suite.ts';

const OPEN = 'mutation ($id: ID!) { openBlindBox(input: { orderId: $id }) { prize } }';

describeOnServers('blind boxes in two processes on one MySQL database', () => {
  const namespace = `box_${newId().replaceAll('-', '')}`;
  const diner = newId();
  let replicas: Running[];

  beforeAll(async () => {
    const storage = { kind: 'mysql', url: process.env['DATABASE_URL']!, namespace } as const;
    const clock = systemClock;
    const replica = () => ({ live: localChannel(), cache: localCache(clock), log: createLog('silent') });
    const started = { modules: [blindBox], storage, environment: {}, clock };
    replicas = await Promise.all([boot({ ...started, ...replica() }), boot({ ...started, ...replica() })]);
  });

  afterAll(async () => {
    await Promise.all(replicas.map((running) => running.stop()));
    const connection = await createConnection(process.env['DATABASE_URL']!);
    await connection.query(`drop database ${namespace}_blind_box`);
    await connection.end();
  });

  /** Tells a process that an order was paid, as its deliveries do. */
  async function paid(running: Running, orderId: string): Promise<void> {
    const { host, parts } = running.modules.get('blind-box')!;
    const payload = { orderId, storeId: newId(), dinerId: diner, total: 9900, paidAt: Date.now() };
    await host.transact(host.context(), (tx) =>
      parts.on!['order.paid']!(tx, { payload } as EventEnvelope<'order.paid'>),
    );
  }

  /** Taps on a box; answers the prize. */
  async function tap(running: Running, id: string): Promise<string> {
    const identity = { kind: 'diner', id: diner } as const;
    const { executor } = running.modules.get('blind-box')!;
    const { data, errors } = await executor!.execute({ query: OPEN, variables: { id }, identity });
    expect(errors).toBeUndefined();
    return (data as { openBlindBox: { prize: string } }).openBlindBox.prize;
  }

  test('are opened once, however many taps come at the same moment: all see one prize, and it stays', async () => {
    for (let round = 0; round < 5; round++) {
      const id = newId();
      await paid(replicas[0]!, id);
      const prizes = await Promise.all(Array.from({ length: 20 }, (_, turn) => tap(replicas[turn % 2]!, id)));
      expect(new Set(prizes).size).toBe(1);
      expect(await tap(replicas[1]!, id)).toBe(prizes[0]);
    }
  });

  test('are made once, also where the payment is told again, to both at once or after the box was opened', async () => {
    const id = newId();
    await Promise.all(replicas.map((running) => paid(running, id)));
    const prize = await tap(replicas[0]!, id);
    await paid(replicas[1]!, id);
    expect(await tap(replicas[1]!, id)).toBe(prize);
  });
});
