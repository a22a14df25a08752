import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { headquarters, type Person, staff } from '../people.ts';
import { openScale, putOnScale } from '../scales.ts';
import { key, openShop, write } from '../shop.ts';

const clock = testClock();
let app: App;
let hq: Person;
let storeId: string;
let manager: Person;
let cook: Person;
let scaleId: string;

beforeAll(async () => {
  app = await startApp({ clock, environment: { MEMBERS_ACCESS_MINUTES: '120', DEVICES_SCALE_SECONDS: '1.5' } });
  hq = await headquarters(app);
  ({ storeId } = await openShop(app, hq));
  manager = await staff(app, hq, 'MANAGER', [storeId]);
  cook = await staff(app, hq, 'COOK', [storeId]);
  ({ scaleId } = await openScale(app, manager, storeId));
});
afterAll(() => app?.[Symbol.asyncDispose]());

const setScale = (input: object, who = manager) =>
  write(
    app,
    who,
    'setScale',
    'SetScaleInput',
    { idempotencyKey: key(), storeId, name: 'Scale at the counter', driver: 'serial', address: 'simulator', ...input },
    'id name driver address',
  );

const weigh = (input: object = {}) =>
  write(
    app,
    manager,
    'weigh',
    'WeighInput',
    { idempotencyKey: key(), scaleId, ...input },
    'id grams net scale { name }',
  );

const put = (grams: number, state = 'stable', tare = 0) => putOnScale(app, { grams, state, tare });

const keep = async (unit = 'GRAM', store = storeId): Promise<string> =>
  (
    await write(
      app,
      hq,
      'createStockItem',
      'CreateStockItemInput',
      { idempotencyKey: key(), storeId: store, name: `Beef ${key()}`, unit, onHand: 1_000 },
      'id',
    )
  ).id;

const count = async (stockItemId: string, weighingId: string, idempotencyKey = key()): Promise<number> =>
  (
    await write(
      app,
      hq,
      'moveStock',
      'MoveStockInput',
      { idempotencyKey, stockItemId, kind: 'COUNTED', weighingId },
      'onHand',
    )
  ).onHand;

test('what lies on the scale becomes a count of stock, once', async () => {
  await put(326);
  const idempotencyKey = key();
  const weighing = await weigh({ idempotencyKey });
  expect(weighing).toMatchObject({ grams: 326, net: false, scale: { name: 'Scale at the counter' } });
  await put(999);
  expect(await weigh({ idempotencyKey })).toEqual(weighing);

  const beef = await keep();
  const counting = key();
  expect(await count(beef, weighing.id, counting)).toBe(326);
  clock.advance(16 * MINUTE);
  expect(await count(beef, weighing.id, counting)).toBe(326);
});

test('a weighing is good for one change, of its own store, for a quarter of an hour, of what is kept in grams', async () => {
  await put(250);
  const [first, second] = [await weigh(), await weigh()];
  const [beef, eggs] = [await keep(), await keep('PIECE')];
  await count(beef, first.id);
  await expect(count(await keep(), first.id)).rejects.toThrow('WEIGHING_USED');
  await expect(count(eggs, second.id)).rejects.toThrow('weighingId');
  const { storeId: elsewhere } = await openShop(app, hq);
  await expect(count(await keep('GRAM', elsewhere), second.id)).rejects.toThrow('WEIGHING_NOT_FOUND');
  await expect(count(beef, key())).rejects.toThrow('WEIGHING_NOT_FOUND');
  clock.advance(15 * MINUTE + 1);
  await expect(count(beef, second.id)).rejects.toThrow('WEIGHING_NOT_FOUND');
  const both = { idempotencyKey: key(), stockItemId: beef, kind: 'COUNTED', weighingId: second.id, quantity: 3 };
  await expect(write(app, hq, 'moveStock', 'MoveStockInput', both, 'onHand')).rejects.toThrow('not both');
  const { stockItems } = await app.ask(
    'query ($storeId: ID!) { stockItems(storeId: $storeId, first: 50) { edges { node { id onHand } } } }',
    { storeId },
    hq.token,
  );
  const left = new Map(
    stockItems.edges.map(({ node }: { node: { id: string; onHand: number } }) => [node.id, node.onHand]),
  );
  expect([left.get(beef), left.get(eggs)]).toEqual([250, 1_000]);
});

test('what lies in a bowl is weighed without it', async () => {
  await put(500, 'stable', 180);
  expect(await weigh()).toMatchObject({ grams: 320, net: true });
});

test.each([
  [326, 'unstable', 'SCALE_UNSTABLE'],
  [326, 'overloaded', 'SCALE_OVERLOADED'],
  [326, 'hung', 'SCALE_SILENT'],
  [326, 'garbled', 'SCALE_SILENT'],
  [0, 'stable', 'SCALE_EMPTY'],
])('%d g on a scale that is %s are not weighed: %s', async (grams, state, code) => {
  await put(grams, state);
  await expect(weigh()).rejects.toThrow(code);
});

test('managers put scales up, move them and take them away; others may not', async () => {
  await expect(setScale({}, cook)).rejects.toThrow('FORBIDDEN');
  await expect(setScale({ driver: 'abacus' })).rejects.toThrow('SCALE_DRIVER_UNKNOWN');
  for (const address of ['nowhere', '10.0.0.1', '10.0.0.1:0', '10.0.0.1:65536', 'a b:1', 'http://10.0.0.1:80'])
    await expect(setScale({ address })).rejects.toThrow('address: is like 192.168.1.40:4001');
  const old = await setScale({ name: 'Old one', address: '10.0.0.1:4001' });
  expect(await setScale({ id: old.id, name: 'In the kitchen', address: '[fe80::1]:4001' })).toEqual({
    id: old.id,
    name: 'In the kitchen',
    driver: 'serial',
    address: '[fe80::1]:4001',
  });
  await expect(setScale({ id: key() })).rejects.toThrow('SCALE_NOT_FOUND');
  const names = async () =>
    (await app.ask('query ($storeId: ID!) { scales(storeId: $storeId) { name } }', { storeId }, manager.token)).scales;
  expect(await names()).toEqual([{ name: 'In the kitchen' }, { name: 'Scale at the counter' }]);
  await expect(
    app.ask('query ($storeId: ID!) { scales(storeId: $storeId) { name } }', { storeId }, cook.token),
  ).rejects.toThrow('FORBIDDEN');
  const { removeScale } = await app.ask(
    'mutation ($input: RemoveScaleInput!) { removeScale(input: $input) }',
    { input: { id: old.id } },
    manager.token,
  );
  expect(removeScale).toBe(true);
  expect(await names()).toEqual([{ name: 'Scale at the counter' }]);
  await expect(weigh({ scaleId: old.id })).rejects.toThrow('SCALE_NOT_FOUND');
});

/** A serial-to-network box that passes frames on: those it has kept at once, then one of what lies there now, again and again. */
async function box(kept: string, now: string) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(kept);
    const sending = setInterval(() => socket.write(now), 50);
    socket.on('close', () => clearInterval(sending));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { id } = await setScale({ address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  return { weigh: () => weigh({ scaleId: id }), [Symbol.dispose]: () => void server.close() };
}
const frames = (...weights: string[]) => weights.map((weight) => `ST,GS,+${weight}kg\r\n`).join('');

test('what the box has kept since somebody else weighed is not what lies there now', async () => {
  using there = await box(frames(...Array.from({ length: 50 }, () => '002.000')), frames('000.326'));
  expect(await there.weigh()).toMatchObject({ grams: 326 });
  using hung = await box(frames('002.000', '002.000'), '');
  await expect(hung.weigh()).rejects.toThrow('SCALE_UNSTABLE');
});

test('a frame in which a digit was lost or altered is not weighed', async () => {
  using there = await box(frames('900.326', '000326', '00.326'), frames('000.326'));
  expect(await there.weigh()).toMatchObject({ grams: 326 });
});
