import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { linesOf, refundLines } from '../refunds.ts';
import { remoteRegistryOf, until } from '../remote-registry.ts';
import { type RemoteService, remoteService } from '../remote-service.ts';

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
let service: RemoteService;
beforeAll(async () => {
  app = await startApp({ clock });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  service = await remoteService();
  const { data } = await remoteRegistryOf(app, restaurant.hq).register({
    name: 'listener',
    url: service.url,
    webhookUrl: service.webhookUrl,
    events: ['order.placed', 'order.paid', 'order.lines-refunded', 'kitchen.progressed'],
    scopes: ['orders:read', 'kitchen:read'],
  });
  service.secrets.push(data.registerPlugin.secret);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Has what is due sent. */
async function send(): Promise<void> {
  await app.settled();
  await app.runJob('remote-plugins.send');
}

/** How often each delivery about an order was tried, by the event's name; the kitchen's are counted together. */
const triesOf = async (id: string): Promise<Record<string, number>> => {
  const select = 'select event, sum(tries) as tries from webhook_delivery where aggregate = ? group by event';
  const rows = await app.sql<{ event: string; tries: number }>('remote-plugins', select, [id]);
  return Object.fromEntries(rows.map(({ event, tries }) => [event, Number(tries)]));
};

test('a meal is heard of as it came about: ordered, paid, cooked, served', async () => {
  service.hold = () => {
    // It takes that the order was placed, and then nothing for a while.
    service.status = service.came.length > 1 ? 503 : 204;
    return undefined;
  };
  const { id } = await counter.paid();
  await counter.cookTo(id, 'STARTED', 'READY', 'SERVED');
  await send();
  await until(async () => (await triesOf(id))['order.paid'] === 1);
  expect(await triesOf(id)).toEqual({ 'order.placed': 1, 'order.paid': 1, 'kitchen.progressed': 0 });
  service.hold = undefined;
  service.status = 204;
  clock.advance(5 * SECOND);
  await send();
  await service.has(6);
  expect(service.came.map(({ name, version }) => [name, version])).toEqual([
    ['order.placed', expect.any(Number)],
    ['order.paid', expect.any(Number)],
    ['order.paid', expect.any(Number)],
    ['kitchen.progressed', 1],
    ['kitchen.progressed', 2],
    ['kitchen.progressed', 3],
  ]);
});

test('a receiver that hangs over one order is told of the others meanwhile', async () => {
  const come = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  const before = service.came.length;
  service.hold = () => {
    service.hold = undefined;
    come.resolve();
    return going.promise;
  };
  const { id } = await counter.paid();
  await send();
  await come.promise;
  const others = [(await counter.paid()).id, (await counter.paid()).id];
  await send();
  await service.has(before + 5);
  expect((await triesOf(id))['order.placed']).toBe(0);
  const came = service.came.slice(before + 1);
  expect(new Set(came.map(({ aggregate }) => aggregate))).toEqual(new Set(others));
  going.resolve();
  await until(async () => (await triesOf(id))['order.paid'] === 1);
});

test('a part that is given back is told of, with what comes back for it', async () => {
  const before = service.came.length;
  const { id } = await counter.paid();
  const [noodles] = await linesOf(app, restaurant.hq, id);
  const lines = [{ lineId: noodles.id, quantity: 1 }];
  expect(await refundLines(app, restaurant.hq, { orderId: id, lines })).toMatchObject({ state: 'PAID' });
  await send();
  await service.has(before + 3);
  expect(service.came.at(-1)).toMatchObject({
    genuine: true,
    name: 'order.lines-refunded',
    aggregate: id,
    payload: { orderId: id, amount: 2800, lines: [{ menuItemId: restaurant.noodles.menuItemId, quantity: 1 }] },
  });
});
