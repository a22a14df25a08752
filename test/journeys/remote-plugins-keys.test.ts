import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { type App, startApp } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { remoteRegistryOf } from '../remote-registry.ts';
import { type RemoteService, remoteService } from '../remote-service.ts';

// On a busy machine it takes long to compose the graph again and again.
jest.setTimeout(2 * MINUTE);

let app: App;
let restaurant: Restaurant;
let counter: Counter;
let service: RemoteService;
beforeAll(async () => {
  app = await startApp();
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  service = await remoteService('type Query { best: Order } type Order @key(fields: "id") { id: ID! }');
  const registry = remoteRegistryOf(app, restaurant.hq);
  const { data } = await registry.register({ name: 'taste', url: service.url });
  service.secrets.push(data.registerPlugin.secret);
  await registry.served('{ best { id } }');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Has the service say that the best order is the one with this id. */
const say = (id: unknown) => {
  service.mischief = (_, response) => response.end(JSON.stringify({ data: { best: { __typename: 'Order', id } } }));
};

test('an order of theirs is found by what it is known by, whoever names it', async () => {
  const { id } = await counter.paid();
  say(id);
  const asked = await app.ask('{ best { state } me { ... on Diner { id } } }', {}, restaurant.guest.token);
  expect(asked).toEqual({ best: { state: 'PAID' }, me: { id: restaurant.guest.id } });
});

test.each([
  ['an object', { $ne: null }],
  ['a list', ['1']],
  ['a number that is no whole one', 1.5],
  ['true', true],
  ['what no text may hold', '\u0000'],
  ['half a character', 'x\ud800'],
])('an order that is named by %s is an error that says so, and the rest is answered', async (_what, id) => {
  say(id);
  const { data, errors } = await app.graph('{ best { state } me { ... on Diner { id } } }', {}, restaurant.guest.token);
  expect(data).toEqual({ best: null, me: { id: restaurant.guest.id } });
  const extensions = { code: 'NOT_AVAILABLE' };
  expect(errors).toEqual([{ message: 'Order.id is no ID.', path: ['best', 'state'], extensions }]);
});

test.each([
  ['a number', 7],
  ['nothing', ''],
  ['a text without an end', 'x'.repeat(1_000_000)],
])('an order that is named by %s is not there, and the rest is answered', async (_what, id) => {
  say(id);
  const { data, errors } = await app.graph('{ best { state } me { ... on Diner { id } } }', {}, restaurant.guest.token);
  expect(data).toEqual({ best: null, me: { id: restaurant.guest.id } });
  expect(errors).toMatchObject([{ path: ['best', 'state'], extensions: { code: 'NOT_AVAILABLE' } }]);
});
