import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DAY, SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { diner, signInStaff, staff } from '../people.ts';
import { type RemoteService, remoteService } from '../remote-service.ts';

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
let service: RemoteService;
beforeAll(async () => {
  app = await startApp({ clock, environment: { FETCH_TIMEOUT_MS: '1000' } });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  service = await remoteService();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

const PLUGIN = `name contract url schema webhookUrl events scopes storeIds enabled`;
const register = (input: object, token = restaurant.hq.token) =>
  app.graph(
    `mutation ($input: RegisterPluginInput!) { registerPlugin(input: $input) { secret plugin { ${PLUGIN} } } }`,
    { input: { name: 'wishes', contract: '1.0', url: service.url, ...input } },
    token,
  );
const remove = (name: string) =>
  app.ask('mutation ($name: String!) { removePlugin(name: $name) }', { name }, restaurant.hq.token);
const codeOf = async (answer: ReturnType<typeof register>) => (await answer).errors?.[0]?.extensions;

/** Asks again and again until the answer is as it should be; of what happens behind an answer nobody is told. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20 * SECOND; performance.now() < end; await turn()) if (await isSo()) return;
  throw new Error(`it does not come to be: ${isSo}`);
}

const isKnown = async (query: string) =>
  (await app.graph(query)).errors?.[0]?.extensions.code !== 'GRAPHQL_VALIDATION_FAILED';
/** Waits until the gateway serves a field, or serves it no longer. */
const served = (query: string, isServed = true) => until(async () => (await isKnown(query)) === isServed);

const WISH = 'query ($id: ID!) { order(id: $id) { state wish } }';

const DELIVERIES = `query ($state: DeliveryState) { remotePlugins { name deliveries(state: $state, first: 100) {
  edges { node { id event aggregate version state nextAttemptAt attempts { status problem } } } } } }`;
/** What a plug-in was sent, the first first. A test reads what was selected. */
// biome-ignore lint/suspicious/noExplicitAny: as it says
const deliveries = async (name = 'wishes', token = restaurant.hq.token): Promise<any[]> => {
  const { remotePlugins } = await app.ask(DELIVERIES, {}, token);
  const found = remotePlugins.find((one: { name: string }) => one.name === name);
  return found.deliveries.edges.map(({ node }: { node: unknown }) => node).reverse();
};
/** How the deliveries about an order stand, in their order. */
const statesOf = async (id: string) => {
  const rows = await app.sql<{ state: string }>(
    'remote-plugins',
    'select state from webhook_delivery where aggregate = ? order by version',
    [id],
  );
  return rows.map(({ state }) => state);
};

const deliveryOf = async (id: string) => {
  const rows = await app.sql<{ tries: number }>(
    'remote-plugins',
    'select tries from webhook_delivery where aggregate = ? order by version',
    [id],
  );
  return rows[0] ?? { tries: 0 };
};
/** Has what is due sent, until the deliveries about an order stand so. */
const become = async (id: string, ...states: string[]) => {
  await app.settled();
  await app.runJob('remote-plugins.send');
  await until(async () => (await statesOf(id)).join() === states.join());
};
/** Has what is due sent, until the first delivery about an order was tried in vain so often. */
const tried = async (id: string, tries: number) => {
  await app.settled();
  await app.runJob('remote-plugins.send');
  await until(async () => (await deliveryOf(id)).tries >= tries);
};
/** Everybody signs in again: their sessions are over. */
const nextDay = async () => {
  restaurant.hq = await signInStaff(app, 'Head Office', '123456');
  restaurant.guest = await diner(app, 'Guest of another day');
  counter = counterOf(app, restaurant);
};

/** What a service may do instead of an answer. */
const MISCHIEF: Record<string, RemoteService['mischief']> = {
  'a page of HTML': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
  'an error of its own': (_, response) => response.writeHead(500).end('oh no'),
  'nothing at all': (_, response) => response.destroy(),
  'no end': () => {},
  'a flood': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = () => response.write('['.repeat(100_000), (gone) => gone || setImmediate(pour));
    pour();
  },
  'data that are none': (_, response) => response.end('{"data":[1,2,3]}'),
  'too many entities': (_, response) => response.end('{"data":{"_entities":[{"wish":"a"},{"wish":"b"}]}}'),
  'entities that are none': (_, response) => response.end('{"data":{"_entities":["x"]}}'),
};

test('a service becomes a plug-in, its fields are served at once, and a live subscription goes on', async () => {
  const { id } = await counter.paid();
  const query = `subscription { orderChanged(orderId: "${id}") { state } }`;
  const changes = app.sockets(restaurant.guest.token).iterate<{ orderChanged: { state: string } }>({ query });
  const next = async () => (await changes.next()).value?.data?.orderChanged.state;
  expect(await next()).toBe('PAID');

  const { data } = await register({ events: ['order.paid'], scopes: ['orders:read'], webhookUrl: service.webhookUrl });
  service.secrets.push(data.registerPlugin.secret);
  expect(data.registerPlugin.plugin).toMatchObject({ name: 'wishes', enabled: true, storeIds: null });
  expect(data.registerPlugin.secret).toMatch(/^whsec_/);
  await served('{ wishes }');

  const { order } = await app.ask(WISH, { id }, restaurant.guest.token);
  expect(order).toEqual({ state: 'PAID', wish: `A good meal, ${id.slice(0, 4)}` });
  // Who asked is not for a service without the scope for it.
  expect(service.callers).toContainEqual({ kind: 'diner' });
  expect(JSON.stringify(service.callers)).not.toContain(restaurant.guest.id);

  // The new graph begins with a snapshot; what happens afterwards comes as it did before.
  expect(await next()).toBe('PAID');
  await counter.cookTo(id, 'STARTED');
  expect(await next()).toBe('PREPARING');
  await changes.return?.();
});

test('it is sent what it asked for, signed and once, and the log shows it', async () => {
  const { id } = await counter.paid();
  await counter.cookTo(id, 'STARTED');
  await become(id, 'DELIVERED');
  const came = service.came.filter(({ aggregate }) => aggregate === id);
  const payload = expect.objectContaining({ orderId: id, dinerId: restaurant.guest.id });
  expect(came).toEqual([expect.objectContaining({ genuine: true, name: 'order.paid', payload })]);
  const [delivery] = await deliveries();
  expect(delivery).toMatchObject({ id: came[0]?.id, event: 'order.paid', state: 'DELIVERED', nextAttemptAt: null });
  expect(delivery.attempts).toEqual([{ status: 204, problem: null }]);
});

test('what it does not take is tried again, in the order of the thing that it is about; others go on', async () => {
  await register({
    events: ['order.placed', 'order.paid'],
    scopes: ['orders:read'],
    webhookUrl: service.webhookUrl,
  });
  service.status = 500;
  const before = service.came.length;
  const { id } = await counter.paid();
  await tried(id, 1);
  const of = () => service.came.slice(before).filter(({ aggregate }) => aggregate === id);
  expect(of().map(({ name }) => name)).toEqual(['order.placed']);
  service.status = 204;
  clock.advance(5 * SECOND);
  await become(id, 'DELIVERED', 'DELIVERED');
  expect(of().map(({ name }) => name)).toEqual(['order.placed', 'order.placed', 'order.paid']);
  expect(new Set(of().map((one) => one.id)).size).toBe(2);
});

test('what it never takes is dead, holds up that order alone, and can be replayed or skipped', async () => {
  service.status = 503;
  const { id } = await counter.paid();
  await tried(id, 1);
  for (const [index, wait] of [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600].entries()) {
    clock.advance(wait * SECOND);
    await tried(id, index + 2);
  }
  expect(await statesOf(id)).toEqual(['DEAD', 'PENDING']);

  service.status = 200;
  await nextDay();
  const other = (await counter.paid()).id;
  await become(other, 'DELIVERED', 'DELIVERED');
  expect(await statesOf(id)).toEqual(['DEAD', 'PENDING']);

  const { token } = restaurant.hq;
  const REPLAY = 'mutation ($input: ReplayDeliveriesInput!) { replayDeliveries(input: $input) }';
  expect(await app.ask(REPLAY, { input: { name: 'wishes' } }, token)).toEqual({ replayDeliveries: 1 });
  await become(id, 'DELIVERED', 'DELIVERED');
  const names = service.came.filter(({ aggregate }) => aggregate === id).map(({ name }) => name);
  expect(names.slice(-2)).toEqual(['order.placed', 'order.paid']);

  service.status = 410;
  const third = (await counter.paid()).id;
  await tried(third, 1);
  const [first] = (await deliveries()).filter(({ aggregate }) => aggregate === third);
  service.status = 200;
  const SKIP = 'mutation ($id: ID!) { skipDelivery(id: $id) { state } }';
  expect(await app.ask(SKIP, { id: first.id }, token)).toEqual({ skipDelivery: { state: 'SKIPPED' } });
  await become(third, 'SKIPPED', 'DELIVERED');
  const again = await app.graph(SKIP, { id: first.id }, token);
  expect(again.errors?.[0]?.extensions.code).toBe('DELIVERY_NOT_WAITING');
});

test('its secret is renewed without an event lost: for a day, both are good', async () => {
  const RENEW = 'mutation { renewPluginSecret(name: "wishes") { secret } }';
  const { renewPluginSecret } = await app.ask(RENEW, {}, restaurant.hq.token);
  const [old = ''] = service.secrets;
  const areGenuine = async (secret: string) => {
    service.secrets.splice(0, 1, secret);
    const before = service.came.length;
    await become((await counter.paid()).id, 'DELIVERED', 'DELIVERED');
    return service.came.slice(before).map(({ genuine }) => genuine);
  };
  expect(await areGenuine(old)).toEqual([true, true]);
  expect(await areGenuine(renewPluginSecret.secret)).toEqual([true, true]);
  clock.advance(DAY);
  await nextDay();
  expect(await areGenuine(old)).toEqual([false, false]);
  expect(await areGenuine(renewPluginSecret.secret)).toEqual([true, true]);
});

test('whatever its address answers, the rest of an order is answered', async () => {
  const { id } = await counter.paid();
  const asked = () => app.graph(WISH, { id }, restaurant.guest.token);
  await until(async () => (await asked()).errors === undefined);
  for (const [what, mischief] of Object.entries(MISCHIEF)) {
    service.mischief = mischief;
    const { data, errors } = await asked();
    expect([what, data.order, errors?.[0]?.extensions.code]).toEqual([
      what,
      { state: 'PAID', wish: null },
      'UNAVAILABLE',
    ]);
  }
  service.mischief = undefined;
});

test('a plug-in that does not fit, or cannot be asked, is refused in one line, and changes nothing', async () => {
  const refused = async (input: object) => codeOf(register({ name: 'other', ...input }));
  const unfit = { code: 'REMOTE_PLUGIN_UNFIT', name: 'other' };
  const own = (schema: string) => ({ schema, scopes: [] });
  expect(await refused(own('type Order @key(fields: "id") { id: ID! total: Money! }'))).toEqual({
    ...unfit,
    reason: 'its field Order.total is one of orders',
  });
  expect(
    await refused(
      own('type Order @key(fields: "id") { id: ID! note: String @external x: Int @requires(fields: "note") }'),
    ),
  ).toEqual({
    ...unfit,
    reason: 'its Order.x requires Order.note, which needs the scope orders:read',
  });
  expect(
    await refused(own('type Order @key(fields: "id") { id: ID! state: Int @override(from: "orders") }')),
  ).toMatchObject({
    reason: expect.stringMatching(/^its field Order\.\w+ has @override, which plug-ins may not use there$/),
  });
  expect(await refused(own('type Query { broken: Nothing }'))).toMatchObject({
    reason: expect.stringContaining('Unknown type'),
  });
  expect(await refused(own('type Query {'))).toMatchObject({ reason: expect.stringContaining('Syntax Error') });
  expect(await refused(own('type Subscription { all: Int }'))).toMatchObject({
    reason: expect.stringContaining('subscriptions'),
  });
  expect(await refused({ ...own('type Query { x: Int }'), name: 'orders' })).toMatchObject({
    reason: 'its name is taken',
  });
  expect(await refused({ ...own('type Query { x: Int }'), contract: '9.0' })).toMatchObject({
    reason: expect.stringContaining('9.0'),
  });
  for (const contract of ['01.0', ' 1.0'])
    expect(await refused({ ...own('type Query { x: Int }'), contract })).toEqual({
      ...unfit,
      reason: "states no version of the contract, such as contract: '1.0'",
    });
  expect(await refused({ ...own('type Query { x: Int }'), scopes: ['orders:read', 'order:read'] })).toEqual({
    ...unfit,
    reason: expect.stringMatching(/^its scope order:read is none; there are .*orders:read/),
  });
  const storeIds = [restaurant.shop.storeId, 'nowhere'];
  expect(await refused({ ...own('type Query { x: Int }'), storeIds })).toEqual({
    code: 'STORE_NOT_FOUND',
    storeId: 'nowhere',
  });
  expect(await refused({ url: 'http://127.0.0.1:9/' })).toMatchObject({ code: 'REMOTE_PLUGIN_UNREACHABLE' });
  expect(await refused({ events: ['order.paid'], webhookUrl: service.webhookUrl })).toMatchObject({
    reason: 'it consumes order.paid, which needs the scope orders:read',
  });
  for (const url of ['file:///etc/passwd', 'javascript:0', 'http://user:pass@shop.example', 'not an address'])
    expect(await refused({ url })).toMatchObject({ code: 'BAD_INPUT', field: 'url' });
  service.mischief = (_, response) => response.end('<html>no</html>');
  expect(await refused({})).toMatchObject({ code: 'REMOTE_PLUGIN_UNREACHABLE' });
  service.mischief = undefined;
  const { remotePlugins } = await app.ask('{ remotePlugins { name } }', {}, restaurant.hq.token);
  expect(remotePlugins).toEqual([{ name: 'wishes' }]);
});

test('headquarters alone may see and change them, and what was changed is kept', async () => {
  const manager = await staff(app, restaurant.hq, 'MANAGER', [restaurant.shop.storeId]);
  for (const token of [undefined, restaurant.guest.token, manager.token]) {
    const code = token ? 'FORBIDDEN' : 'UNAUTHENTICATED';
    for (const query of [
      '{ remotePlugins { name } }',
      '{ remotePluginChanges { edges { cursor } } }',
      'mutation { removePlugin(name: "wishes") }',
      'mutation { renewPluginSecret(name: "wishes") { secret } }',
      'mutation { replayDeliveries(input: { name: "wishes" }) }',
      'mutation { skipDelivery(id: "1") { id } }',
      'mutation { setRemotePlugin(input: { name: "wishes", enabled: false }) { name } }',
      'mutation { registerPlugin(input: { name: "x", contract: "1.0", url: "http://a.example" }) { secret } }',
    ])
      expect([query, (await app.graph(query, {}, token)).errors?.[0]?.extensions.code]).toEqual([query, code]);
  }
  const CHANGES = '{ remotePluginChanges { edges { node { plugin what by after } } } }';
  const { remotePluginChanges } = await app.ask(CHANGES, {}, restaurant.hq.token);
  const nodes = remotePluginChanges.edges.map(({ node }: { node: { what: string } }) => node);
  expect(nodes.map(({ what }: { what: string }) => what)).toEqual(['secret renewed', 'changed', 'registered']);
  expect(nodes[2]).toMatchObject({ plugin: 'wishes', by: `staff:${restaurant.hq.id}` });
  const rows = await app.sql('remote-plugins', 'select * from remote_plugin');
  for (const secret of service.secrets) expect(JSON.stringify([nodes, rows])).not.toContain(secret);
});

test('it is switched off and on, and taken away, while the product runs', async () => {
  const { token } = restaurant.hq;
  const SWITCH = 'mutation ($on: Boolean!) { setRemotePlugin(input: { name: "wishes", enabled: $on }) { enabled } }';
  await app.ask(SWITCH, { on: false }, token);
  await served('{ wishes }', false);
  const before = service.came.length;
  const { id } = await counter.paid();
  await app.settled();
  await app.runJob('remote-plugins.send');
  expect((await counter.order(restaurant.guest, id)).state).toBe('PAID');
  expect(service.came).toHaveLength(before);
  await app.ask(SWITCH, { on: true }, token);
  await served('{ wishes }');
  await app.runJob('remote-plugins.send');
  await service.has(before + 2);
  await remove('wishes');
  await served('{ wishes }', false);
  expect(await app.sql('remote-plugins', 'select id from webhook_delivery')).toEqual([]);
  expect(await remove('wishes')).toEqual({ removePlugin: false });
});
