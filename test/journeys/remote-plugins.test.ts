import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
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

/** Asks again and again until the gateway serves (or no longer serves) a field. */
async function served(query: string, isServed = true): Promise<void> {
  for (let asked = 0; asked < 500; asked += 1) {
    const { errors } = await app.graph(query);
    if ((errors?.[0]?.extensions.code !== 'GRAPHQL_VALIDATION_FAILED') === isServed) return;
  }
  throw new Error(`it is ${isServed ? 'not' : 'still'} served: ${query}`);
}

const DELIVERIES = `query ($state: DeliveryState) { remotePlugins { name deliveries(state: $state) { edges { node {
  id event aggregate version state nextAttemptAt attempts { status problem } } } } } }`;
/** What a plug-in was sent, the first first. */
const deliveries = async (name: string, state?: string) => {
  const { remotePlugins } = await app.ask(DELIVERIES, { state }, restaurant.hq.token);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  const found = remotePlugins.find((one: any) => one.name === name);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  return found.deliveries.edges.map(({ node }: any) => node).reverse();
};
/** Has what is due sent, and waits until no attempt is under way any more. */
const sent = async (count: number) => {
  await app.settled();
  await app.runJob('remote-plugins.send');
  await service.has(count);
};

test('a service becomes a plug-in, its fields are served at once, and a live subscription goes on', async () => {
  const { id } = await counter.paid();
  const follow = 'subscription ($id: ID!) { orderChanged(orderId: $id) { state } }';
  await using changes = app.subscribe(follow, { id }, restaurant.guest.token);
  expect((await changes.next())?.data.orderChanged.state).toBe('PAID');

  const { data } = await register({ events: ['order.paid'], scopes: ['orders:read'], webhookUrl: service.webhookUrl });
  service.secrets.push(data.registerPlugin.secret);
  expect(data.registerPlugin.plugin).toMatchObject({ name: 'wishes', enabled: true, storeIds: null });
  expect(data.registerPlugin.secret).toMatch(/^whsec_/);
  await served('{ wishes }');

  const ORDER = 'query ($id: ID!) { order(id: $id) { state wish } }';
  const { order } = await app.ask(ORDER, { id }, restaurant.guest.token);
  expect(order).toEqual({ state: 'PAID', wish: `A good meal, ${id.slice(0, 4)}` });
  // Who asked is not for a service without the scope for it.
  expect(service.callers).toEqual([{ kind: 'diner' }]);
  await counter.cookTo(id, 'STARTED');
  expect(await changes.until(({ data: seen }) => seen.orderChanged.state === 'PREPARING')).toBeTruthy();
});

test('it is sent what it asked for, signed, in order, and the log shows it', async () => {
  const { id } = await counter.paid();
  await sent(1);
  const came = service.came.filter(({ aggregate }) => aggregate === id);
  expect(came).toMatchObject([{ genuine: true, name: 'order.paid', payload: { orderId: id, dinerId: restaurant.guest.id } }]);
});
