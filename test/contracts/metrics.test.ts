import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { eventFigures } from '../../kernel/events/figures.ts';
import { OutboxDelivery, OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { createLog } from '../../kernel/log.ts';
import { defineModule } from '../../kernel/module.ts';
import { createMetrics } from '../../kernel/telemetry/metrics.ts';
import { metricsRoute } from '../../kernel/telemetry/metrics-route.ts';
import { type Answer, type App, startApp } from '../app.ts';
import { shelf, startShelf, ways } from './guards/shelf.ts';

let app: App;
beforeAll(async () => {
  app = await startShelf({ MAX_DEPTH: '6' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** The series of a metric, as Prometheus would read them just now. */
async function series(name: string, { url } = app): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** How many operations were counted in all. */
const counted = async () =>
  Object.values(await series('dinegraph_operations_total')).reduce((sum, one) => sum + one, 0);

test('operations are counted by what they ask for and by what became of them', async () => {
  const SHELF = 'query Shelf { dishes { total } }';
  for (let time = 0; time < 3; time += 1) await app.graph(SHELF);
  await app.graph('{ analysis }');
  await app.graph('query Deep { dish(id: "1") { similar { similar { similar { similar { similar { name } } } } } } }');
  await app.graph('query Typo { dishez { total } }');
  await app.graph('mutation { unlock(pin: "1111") }');
  expect(await series('dinegraph_operations_total')).toEqual({
    '{type="query",operation="Shelf",field="Query.dishes",code="OK"}': 3,
    '{type="query",operation="",field="Query.analysis",code="OK"}': 1,
    '{type="",operation="",field="",code="TOO_DEEP"}': 1,
    '{type="",operation="",field="",code="GRAPHQL_VALIDATION_FAILED"}': 1,
    '{type="mutation",operation="",field="Mutation.unlock",code="OK"}': 1,
  });
  expect(await series('dinegraph_fetches_total')).toEqual({ '{subgraph="shelf",code="OK"}': 5 });
  const plans = await series('dinegraph_plan_cache_total');
  expect(plans).toEqual({ '{result="miss"}': 3, '{result="hit"}': 2 });
  expect((await series('dinegraph_operation_seconds_count'))['{type="query",field="Query.dishes"}']).toBe(3);
});

test('over a socket they are counted alike, beside the sockets and what is followed', async () => {
  const before = await series('dinegraph_operations_total');
  const clients = [app.sockets(), app.sockets()];
  const query = 'subscription Board { shelfChanged { total } }';
  const frames = clients.map((client) => client.iterate({ query }));
  await Promise.all(frames.map((one) => one.next()));
  await clients[0]
    ?.iterate({ query: '{ nonsense }' })
    .next()
    .catch(() => {});
  expect(await series('dinegraph_sockets')).toEqual({ '': 2 });
  expect(await series('dinegraph_subscriptions')).toEqual({ '': 2 });
  expect(await series('dinegraph_subscription_groups')).toEqual({ '': 1 });
  expect((await series('dinegraph_joined_total'))['{what="subscription"}']).toBe(1);
  const after = await series('dinegraph_operations_total');
  const grown = (labels: string) => (after[labels] ?? 0) - (before[labels] ?? 0);
  expect(grown('{type="subscription",operation="Board",field="Subscription.shelfChanged",code="OK"}')).toBe(2);
  expect(grown('{type="",operation="",field="",code="GRAPHQL_VALIDATION_FAILED"}')).toBe(1);
  await Promise.all(frames.map((one) => one.return?.()));
  while ((await series('dinegraph_subscriptions'))['']);
});

const REFUSED = {
  TOO_EXPENSIVE: '{ dishes(first: 100) { edges { node { similar(first: 100) { similar(first: 100) { name } } } } } }',
  PAGE_TOO_LARGE: '{ dishes(first: 5000) { total } }',
  TOO_DEEP: '{ dish(id: "1") { similar { similar { similar { similar { similar { name } } } } } } }',
  GRAPHQL_VALIDATION_FAILED: '{ nonsense }',
  BAD_INPUT: 'query ($id: ID!) { dish(id: $id) { name } }',
};

test.each(Object.keys(ways))('what is refused is counted once, however it came: by %s', async (way) => {
  for (const [code, query] of Object.entries(REFUSED)) {
    const before = await counted();
    const { errors } = (await ways[way]?.(app, query)) ?? {};
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect((await counted()) - before).toBe(1);
  }
});

test('one operation too many on a socket is counted as what it is', async () => {
  const socket = app.sockets();
  const frames = Array.from({ length: 101 }, () =>
    socket.iterate({ query: 'subscription { shelfChanged { total } }' }),
  );
  const begun = await Promise.allSettled(frames.map((one) => one.next()));
  expect(begun.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  const operations = await series('dinegraph_operations_total');
  expect(operations['{type="",operation="",field="",code="TOO_MANY_OPERATIONS"}']).toBe(1);
  await socket.dispose();
});

test('an address with something else than JSON is its client’s mistake, and no fault of ours', async () => {
  for (const part of ['variables', 'extensions']) {
    const before = await counted();
    const address = `${app.url}/graphql?query={analysis}&${part}={13912345678`;
    const answer = await fetch(address, { headers: { 'graphql-require-preflight': 'yes' } });
    expect(((await answer.json()) as Answer).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
    expect((await counted()) - before).toBe(1);
  }
});

test('a client that does not wait for its answer makes no failure of it', async () => {
  const leaving = new AbortController();
  const { waiting } = shelf;
  const asked = fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ never }"}',
    signal: leaving.signal,
  });
  asked.catch(() => {});
  while (shelf.waiting === waiting) await series('dinegraph_sockets');
  leaving.abort();
  await expect(asked).rejects.toThrow();
  const gone = async () => {
    const operations = await series('dinegraph_operations_total');
    return Object.keys(operations).filter((labels) => labels.includes('field="Query.never"'));
  };
  while ((await gone()).length === 0);
  expect(await gone()).toEqual(['{type="query",operation="",field="Query.never",code="CLIENT_GONE"}']);
});

test('a subscription whose owner does not answer yet hides no others', async () => {
  const asked = Promise.withResolvers<void>();
  const silent = defineModule({
    name: 'silent',
    schema: 'type Query { ready: Boolean } type Subscription { told: Int, never: Int }',
    setup: () => ({
      resolvers: {
        Query: { ready: () => true },
        Subscription: { told: { resolve: () => 1 }, never: { resolve: () => 2 } },
      },
      live: {
        told: async () => [{ topic: 'told', version: 1 }],
        async never() {
          asked.resolve();
          return new Promise(() => {});
        },
      },
    }),
  });
  await using other = await startApp({ modules: [silent], environment: { REQUEST_TIMEOUT_MS: '1000' } });
  const told = other.sockets().iterate({ query: 'subscription { told }' });
  await told.next();
  other.sockets().subscribe({ query: 'subscription { never }' }, { next() {}, error() {}, complete() {} });
  await asked.promise;
  expect(await series('dinegraph_subscriptions', other)).toEqual({ '': 1 });
});

test('names that clients make up do not make the figures grow without end', async () => {
  await app.graph(`query ${'Long'.repeat(10_000)} { analysis }`);
  await Promise.all(Array.from({ length: 300 }, (_, index) => app.graph(`query Made${index} { analysis }`)));
  const operations = await series('dinegraph_operations_total');
  expect(Object.keys(operations).length).toBeLessThan(230);
  expect(Math.max(...Object.keys(operations).map(({ length }) => length))).toBeLessThan(300);
  const other = operations['{type="query",operation="other",field="Query.analysis",code="OK"}'] ?? 0;
  expect(other).toBeGreaterThan(90);
});

test('who may not read them finds no such place', async () => {
  const metrics = createMetrics();
  metrics.counter('dinegraph_tries_total', 'Tries.', [])({});
  const ask = async (
    access: Parameters<typeof metricsRoute>[1],
    headers: Record<string, string>,
    peer = '127.0.0.1',
  ) => {
    const answer = await metricsRoute(metrics, access)(new Request('http://shop.example/metrics', { headers }), peer);
    return answer?.status;
  };
  const development = { token: undefined, local: true };
  expect(await ask(development, {})).toBe(200);
  expect(await ask(development, {}, '203.0.113.7')).toBe(404);
  expect(await ask(development, {}, '::1')).toBe(200);
  for (const name of ['x-forwarded-for', 'x-real-ip', 'via', 'forwarded'])
    expect(await ask(development, { [name]: '203.0.113.7' })).toBe(404);
  const production = { token: undefined, local: false };
  expect(await ask(production, {})).toBe(404);
  const closed = { token: 'a-token-of-some-length', local: true };
  expect(await ask(closed, {})).toBe(404);
  expect(await ask(closed, { authorization: 'Bearer another-token-of-it' })).toBe(404);
  expect(await ask(closed, { authorization: 'a-token-of-some-length' })).toBe(404);
  for (const scheme of ['Bearer', 'bearer'])
    expect(await ask(closed, { authorization: `${scheme} a-token-of-some-length` }, '203.0.113.7')).toBe(200);
});

test('they are read, and nothing is sent to them', async () => {
  const asked = async (method: string, path = '/metrics') => (await fetch(`${app.url}${path}`, { method })).status;
  expect(await asked('HEAD')).toBe(200);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect(await asked(method)).toBe(404);
  for (const path of ['/metrics/', '//metrics', '/%6detrics', '/metrics/..%2f'])
    expect(await asked('GET', path)).toBe(404);
});

test('what cannot be read just now is left out, and the rest is still there', async () => {
  const metrics = createMetrics();
  metrics.gauge('dinegraph_lost', 'Cannot be read.', [], () => Promise.reject(new Error('the database is away')));
  metrics.gauge('dinegraph_lost', 'Cannot be read.', [], () => [[{}, 7]]);
  metrics.counter('dinegraph_tries_total', 'Tries.', [])({}, 3);
  const text = await metrics.text();
  expect(text).toContain('dinegraph_tries_total 3');
  expect(text).toContain('dinegraph_lost 7');
});

test('what several gateways of one process say of the same is added up', async () => {
  const metrics = createMetrics();
  for (const open of [2, 3]) metrics.gauge('dinegraph_doors', 'Doors that are open.', [], () => [[{}, open]]);
  expect(await metrics.text()).toContain('dinegraph_doors 5');
});

test('a database that does not answer hides no figures of another, which is asked once', async () => {
  const metrics = createMetrics();
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-metrics-'));
  const open = (name: string) =>
    openDatabase({ name, storage: { kind: 'sqlite', folder }, entities: [], metrics, log: createLog('silent') });
  const [gone, well] = [await open('gone'), await open('well')];
  const subject = { aggregate: 'one', version: 1 };
  await well.em().insert(OutboxEvent, { id: 'first', name: 'news.told', ...subject, at: 0, payload: {} });
  const due = { eventId: 'first', consumer: 'listener', ...subject, state: 'PENDING', attempts: 0, nextAt: 0 } as const;
  await well.em().insert(OutboxDelivery, due);
  await gone.close();
  eventFigures(metrics, systemClock).watch(new Map([gone, well].map((database, at) => [`module${at}`, { database }])));
  const asked = async (text: string) => Number(/_query_seconds_count\{module="well"\} (\d+)/.exec(text)?.[1]);
  const before = await asked(await metrics.text());
  const text = await metrics.text();
  expect(text).toContain('dinegraph_outbox_events{module="module1",consumer="listener",state="pending"} 1');
  expect((await asked(await metrics.text())) - before).toBe(2);
  await well.close();
  rmSync(folder, { recursive: true });
});
