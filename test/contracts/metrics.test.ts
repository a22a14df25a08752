import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMetrics } from '../../kernel/telemetry/metrics.ts';
import { metricsRoute } from '../../kernel/telemetry/metrics-route.ts';
import type { App } from '../app.ts';
import { startShelf, ways } from './guards/shelf.ts';

let app: App;
beforeAll(async () => {
  app = await startShelf({ MAX_DEPTH: '6' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** The series of a metric, as Prometheus would read them just now. */
async function series(name: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
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
  expect(await ask(development, { 'x-forwarded-for': '203.0.113.7' })).toBe(404);
  const production = { token: undefined, local: false };
  expect(await ask(production, {})).toBe(404);
  const closed = { token: 'a-token-of-some-length', local: true };
  expect(await ask(closed, {})).toBe(404);
  expect(await ask(closed, { authorization: 'Bearer another-token-of-it' })).toBe(404);
  expect(await ask(closed, { authorization: 'Bearer a-token-of-some-length' }, '203.0.113.7')).toBe(200);
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
