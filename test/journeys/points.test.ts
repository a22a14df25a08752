import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defineModule, type Host } from '../../kernel/module.ts';
import { demoSignIn } from '../../plugins/demo-sign-in/index.ts';
import type { OrderCompleted } from '../../schema/events.ts';
import { members } from '../../subgraphs/members/index.ts';
import { menu } from '../../subgraphs/menu/index.ts';
import { type App, startApp } from '../app.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { key, openShop, write } from '../shop.ts';

/** A till of another make: all it does is to tell of the orders that were completed there. */
let host: Host;
const till = defineModule({
  name: 'till',
  emits: ['order.completed'],
  setup(given) {
    host = given;
    return {};
  },
});

let app: App;
let hq: Person;

beforeAll(async () => {
  app = await startApp({ modules: [menu, members, demoSignIn, till] });
  hq = await headquarters(app);
});
afterAll(() => app[Symbol.asyncDispose]());

/** Tells of a completed order, and waits until everybody has heard. */
async function complete(order: Partial<OrderCompleted>): Promise<string> {
  const orderId = order.orderId ?? key();
  await host.transact(host.context(), (tx) =>
    host.emit(
      tx,
      'order.completed',
      { aggregate: orderId, version: 1 },
      { storeId: 's', dinerId: null, currency: 'CNY', total: 0, completedAt: host.clock.now(), ...order, orderId },
    ),
  );
  await app.settled();
  return orderId;
}

const ACCOUNT = `{ me { ... on Diner { tier { code } points { balance earned
  entries(first: 50) { edges { node { kind points balanceAfter reference } } } } } } }`;

async function accountOf(who: Person) {
  const { points, tier } = (await app.ask(ACCOUNT, {}, who.token)).me;
  const entries = points.entries.edges.map(({ node }: { node: object }) => node);
  return { balance: points.balance, earned: points.earned, tier: tier.code, entries };
}

const adjust = (input: object, who = hq) =>
  write(
    app,
    who,
    'adjustPoints',
    'AdjustPointsInput',
    { idempotencyKey: key(), reason: 'A mistake', ...input },
    'balance',
  );

describe('points', () => {
  test('a completed order earns a point for each whole yuan, once, however often it is told of', async () => {
    const guest = await diner(app, 'Once');
    const orderId = await complete({ dinerId: guest.id, total: 12_399 });
    await complete({ orderId, dinerId: guest.id, total: 12_399 });
    await Promise.all(Array.from({ length: 20 }, () => complete({ orderId, dinerId: guest.id, total: 12_399 })));
    expect(await accountOf(guest)).toEqual({
      balance: 123,
      earned: 123,
      tier: 'BRONZE',
      entries: [{ kind: 'EARN', points: 123, balanceAfter: 123, reference: orderId }],
    });
  });

  test('an order of a currency without cents earns by its own whole unit', async () => {
    const guest = await diner(app, 'Yen');
    await complete({ dinerId: guest.id, total: 850, currency: 'JPY' });
    expect(await accountOf(guest)).toMatchObject({ balance: 850 });
  });

  test('an order without a diner, for less than a yuan, or of a diner whom nobody knows earns nothing', async () => {
    const guest = await diner(app, 'Nothing');
    await complete({ total: 10_000 });
    await complete({ dinerId: guest.id, total: 99 });
    await complete({ dinerId: 'gone', total: 10_000 });
    expect(await accountOf(guest)).toMatchObject({ balance: 0, entries: [] });
  });

  test('who has earned enough comes into the next tier, and earns by it from the next order on', async () => {
    const guest = await diner(app, 'Climber');
    await complete({ dinerId: guest.id, total: 99_999 });
    expect(await accountOf(guest)).toMatchObject({ earned: 999, tier: 'BRONZE' });
    await complete({ dinerId: guest.id, total: 100 });
    expect(await accountOf(guest)).toMatchObject({ earned: 1_000, tier: 'SILVER' });
    await complete({ dinerId: guest.id, total: 10_000 });
    expect(await accountOf(guest)).toMatchObject({ earned: 1_120 });
    await adjust({ dinerId: guest.id, points: 50_000 });
    expect(await accountOf(guest)).toMatchObject({ balance: 51_120, tier: 'SILVER' });
    await complete({ dinerId: guest.id, total: 350_000 });
    expect(await accountOf(guest)).toMatchObject({ earned: 5_320, tier: 'GOLD' });
    await adjust({ dinerId: guest.id, points: -55_000 });
    expect(await accountOf(guest)).toMatchObject({ balance: 320, earned: 5_320, tier: 'GOLD' });
    expect(await app.ask('{ tiers { code threshold earnRate } }')).toEqual({
      tiers: [
        { code: 'BRONZE', threshold: 0, earnRate: 100 },
        { code: 'SILVER', threshold: 1_000, earnRate: 120 },
        { code: 'GOLD', threshold: 5_000, earnRate: 150 },
      ],
    });
  });

  test('twenty corrections at once with one key are one, and answer the same', async () => {
    const guest = await diner(app, 'Corrected');
    const correction = { idempotencyKey: key(), dinerId: guest.id, points: 100, reason: 'Spilt soup' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(correction)));
    expect(answers).toEqual(Array(20).fill({ balance: 100 }));
    expect((await accountOf(guest)).entries).toEqual([
      { kind: 'ADJUST', points: 100, balanceAfter: 100, reference: 'Spilt soup' },
    ]);
    await expect(adjust({ ...correction, points: 200 })).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  test('twenty takings at once never take more than there is', async () => {
    const guest = await diner(app, 'Drained');
    await adjust({ dinerId: guest.id, points: 100 });
    const takings = await Promise.allSettled(
      Array.from({ length: 20 }, () => adjust({ dinerId: guest.id, points: -30 })),
    );
    expect(takings.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await accountOf(guest)).toMatchObject({ balance: 10 });
    await expect(adjust({ dinerId: guest.id, points: -11 })).rejects.toThrow('POINTS_INSUFFICIENT');
  });

  test('are corrected by headquarters alone, with a reason, for a diner who exists', async () => {
    const guest = await diner(app, 'Watched');
    const { storeId } = await openShop(app, hq);
    const manager = await staff(app, hq, 'MANAGER', [storeId]);
    const fine = { dinerId: guest.id, points: 1 };
    await expect(adjust(fine, manager)).rejects.toThrow('FORBIDDEN');
    await expect(adjust(fine, guest)).rejects.toThrow('FORBIDDEN');
    await expect(adjust({ ...fine, reason: ' ' })).rejects.toThrow('BAD_INPUT');
    await expect(adjust({ ...fine, reason: 'x'.repeat(201) })).rejects.toThrow('BAD_INPUT');
    await expect(adjust({ ...fine, points: 0 })).rejects.toThrow('BAD_INPUT');
    await expect(adjust({ ...fine, points: 1_000_001 })).rejects.toThrow('BAD_INPUT');
    await expect(adjust({ ...fine, dinerId: 'nobody' })).rejects.toThrow('DINER_NOT_FOUND');
    await expect(adjust({ ...fine, dinerId: 'programme' })).rejects.toThrow('DINER_NOT_FOUND');
    expect(await accountOf(guest)).toMatchObject({ balance: 0, entries: [] });
  });

  test('the ledger is read page by page, newest first', async () => {
    const guest = await diner(app, 'Reader');
    for (const points of [1, 2, 3, 4, 5]) await adjust({ dinerId: guest.id, points });
    const pages = `query ($after: String) { me { ... on Diner { points { entries(first: 2, after: $after) {
      edges { node { points } } pageInfo { hasNextPage endCursor } } } } } }`;
    const pageAfter = async (after: string | null) =>
      (await app.ask(pages, { after }, guest.token)).me.points.entries as {
        edges: { node: { points: number } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    const seen: number[][] = [];
    for (let next = await pageAfter(null); ; next = await pageAfter(next.pageInfo.endCursor)) {
      seen.push(next.edges.map(({ node }) => node.points));
      if (!next.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual([[5, 4], [3, 2], [1]]);
  });

  test('what every account holds is the sum of its entries, and all of them come to nothing', async () => {
    const accounts = await app.sql<{ id: string; balance: number; entries: number; last: number }>(
      'members',
      `select a.id, a.balance, coalesce(sum(e.points), 0) as entries,
         coalesce((select l.balance_after from points_entry l where l.account_id = a.id order by l.id desc limit 1), 0) as last
       from points_account a left join points_entry e on e.account_id = a.id group by a.id, a.balance`,
    );
    expect(accounts.length).toBeGreaterThan(5);
    expect(accounts.filter(({ balance, entries, last }) => balance !== entries || balance !== last)).toEqual([]);
    expect(accounts.reduce((sum, { balance }) => sum + balance, 0)).toBe(0);
    const unbalanced = await app.sql(
      'members',
      'select transfer_id from points_entry group by transfer_id having count(*) <> 2 or sum(points) <> 0',
    );
    expect(unbalanced).toEqual([]);
  });
});
