import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { headquarters } from '../people.ts';
import { codeOf, type RemoteRegistry, remoteRegistryOf, until } from '../remote-registry.ts';
import { type RemoteService, remoteService } from '../remote-service.ts';

// On a busy machine it takes long to compose the graph again and again.
jest.setTimeout(2 * MINUTE);

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
let registry: RemoteRegistry;
beforeAll(async () => {
  app = await startApp({ clock });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  registry = remoteRegistryOf(app, restaurant.hq);
});
afterAll(() => app[Symbol.asyncDispose]());

const EVENTS = { events: ['order.paid'], scopes: ['orders:read'] };
/** A service that is registered, and knows its secret. */
async function registered(name: string, input: object = EVENTS): Promise<RemoteService> {
  const service = await remoteService();
  const { data } = await registry.register({ name, url: service.url, webhookUrl: service.webhookUrl, ...input });
  service.secrets.push(data.registerPlugin.secret);
  return service;
}

/** Has requests to a path of a service wait; `come` resolves with the first, `go` lets them go on. */
function held(service: RemoteService, path: string) {
  const come = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  service.hold = (asked) => {
    if (asked !== path) return undefined;
    come.resolve();
    return going.promise;
  };
  return {
    come: come.promise,
    go() {
      service.hold = undefined;
      going.resolve();
    },
  };
}

/** Does something while a registration waits for the service to say its schema; answers with the registration. */
async function whileAsked(service: RemoteService, name: string, work: () => Promise<unknown>) {
  const { come, go } = held(service, '/graphql');
  const { url, webhookUrl } = service;
  const registration = registry.register({ name, url, webhookUrl, ...EVENTS });
  await come;
  await work();
  go();
  return registration;
}

/** How the deliveries about an order stand, in their order. */
const statesOf = async (id: string) => {
  const select = 'select state from webhook_delivery where aggregate = ? order by version';
  return (await app.sql<{ state: string }>('remote-plugins', select, [id])).map(({ state }) => state);
};

/** Has what is due sent. */
async function send(): Promise<void> {
  await app.settled();
  await app.runJob('remote-plugins.send');
}

test('what is done with a plug-in while it is registered again, stays done', async () => {
  await using service = await registered('patient');

  expect(codeOf(await whileAsked(service, 'patient', () => registry.turn('patient', false)))).toBeUndefined();
  expect(await registry.enabled()).toEqual({ patient: false });
  await registry.turn('patient', true);

  await whileAsked(service, 'patient', async () => {
    const { data } = await registry.renew('patient');
    service.secrets.splice(0, 1, data.renewPluginSecret.secret);
  });
  const { id } = await counter.paid();
  await send();
  await service.has(1);
  expect(service.came).toEqual([expect.objectContaining({ aggregate: id, genuine: true })]);

  const gone = await whileAsked(service, 'patient', () => registry.remove('patient'));
  expect(codeOf(gone)).toBe('REMOTE_PLUGIN_CHANGED');
  expect(await registry.enabled()).toEqual({});
});

test('of two who register a plug-in at once, one is told of the other, and the secret that was shown signs', async () => {
  await using service = await remoteService();
  const { url, webhookUrl } = service;
  const { come, go } = held(service, '/graphql');
  const input = { name: 'patient', url, webhookUrl, ...EVENTS };
  const first = registry.register(input);
  await come;
  service.hold = undefined;
  const { data } = await registry.register(input);
  go();
  expect(codeOf(await first)).toBe('REMOTE_PLUGIN_CHANGED');
  service.secrets.push(data.registerPlugin.secret);
  await counter.paid();
  await send();
  await service.has(1);
  expect(service.came.map(({ genuine }) => genuine)).toEqual([true]);
  await registry.remove('patient');
});

test('what is changed of a plug-in holds from the next event on, also while events are on their way', async () => {
  await using old = await registered('mover', { events: ['order.placed', 'order.paid'], scopes: ['orders:read'] });
  await using next = await remoteService();
  const { come, go } = held(old, '/webhook');
  const { id } = await counter.paid();
  await send();
  await come;
  await registry.turn('mover', false);
  go();
  await until(async () => (await statesOf(id)).join() === 'DELIVERED,PENDING');

  const { webhookUrl } = next;
  await registry.register({ name: 'mover', url: next.url, webhookUrl, events: EVENTS.events, scopes: EVENTS.scopes });
  const { data } = await registry.renew('mover');
  next.secrets.push(data.renewPluginSecret.secret);
  await registry.turn('mover', true);
  await send();
  await next.has(1);
  expect(next.came).toEqual([expect.objectContaining({ name: 'order.paid', aggregate: id, genuine: true })]);
  expect(old.came.map(({ name }) => name)).toEqual(['order.placed']);
  await registry.remove('mover');
});

test('what it asks for no more, it is not sent, though it happened while it did', async () => {
  await using service = await registered('shy', { events: ['order.placed', 'order.paid'], scopes: ['orders:read'] });
  const { come, go } = held(service, '/webhook');
  const { id } = await counter.paid();
  await send();
  await come;
  await registry.register({ name: 'shy', url: service.url, webhookUrl: service.webhookUrl, events: [], scopes: [] });
  go();
  await until(async () => (await statesOf(id)).join() === 'DELIVERED,SKIPPED');
  expect(service.came.map(({ name }) => name)).toEqual(['order.placed']);
  const unknown = await registry.register({ name: 'shy', webhookUrl: service.webhookUrl, events: ['menu.changed'] });
  expect(codeOf(unknown)).toBe('BAD_INPUT');
  await registry.remove('shy');
});

test('whoever takes a name that was another’s is sent nothing of what that one was to be sent', async () => {
  await using service = await registered('namesake');
  await registry.turn('namesake', false);
  const { id } = await counter.paid();
  // As an earlier release could leave it behind.
  await app.sql('remote-plugins', 'delete from remote_plugin', []);
  expect(await statesOf(id)).toEqual(['PENDING']);
  await using next = await registered('namesake');
  const other = await counter.paid();
  await send();
  await next.has(1);
  expect(next.came.map(({ aggregate }) => aggregate)).toEqual([other.id]);
  expect(await statesOf(id)).toEqual([]);
  expect(service.came).toEqual([]);
  await registry.remove('namesake');
});

test('requests that are under way when its secret is renewed are answered', async () => {
  await using service = await registered('steady');
  await registry.served('{ wishes }');
  const { come, go } = held(service, '/graphql');
  const asked = app.graph('{ wishes }');
  await come;
  // Others are not held.
  service.hold = undefined;
  const { data } = await registry.renew('steady');
  service.secrets.splice(0, 1, data.renewPluginSecret.secret);
  await until(async () => codeOf(await app.graph('{ wishes }')) === undefined);
  go();
  expect(await asked).toEqual({ data: { wishes: 0 } });
  await registry.remove('steady');
});

test('a service that takes longer than anybody waits is not registered behind their back', async () => {
  await using hasty = await startApp({ environment: { FETCH_TIMEOUT_MS: '2000' } });
  const here = remoteRegistryOf(hasty, await headquarters(hasty));
  await using slow = await remoteService();
  await using other = await remoteService('type Query { other: Int }');
  const { go } = held(slow, '/graphql');
  // In a fleet that has just started it may be UNAVAILABLE at first because nobody reaches the registry yet.
  await until(async () => {
    const answer = await here.register({ name: 'slow', url: slow.url });
    expect(codeOf(answer)).toBe('UNAVAILABLE');
    return answer.errors?.[0]?.extensions.limit === 'fetchTimeoutMs';
  });
  go();
  // By the time that this one is known, so would be the one before it.
  await until(async () => codeOf(await here.register({ name: 'other', url: other.url })) === undefined);
  expect(Object.keys(await here.enabled())).toEqual(['other']);
  // It is new still, so its secret is shown.
  const again = () => here.register({ name: 'slow', url: slow.url });
  await until(async () => /^whsec_/.test((await again()).data.registerPlugin?.secret));
});
