import { expect, test } from '@jest/globals';
import { defineModule, definePlugin, type Module, type Parts } from '../../kernel/module.ts';
import { startApp } from '../app.ts';

/** What a graph needs to be one. */
const asked = defineModule({ name: 'asked', schema: 'type Query { asked: Int }', setup: () => ({}) });

/** A plug-in that is set up so. */
const guest = (setup: () => Parts, more: Partial<Module> = {}) =>
  definePlugin({ name: 'guest', contract: '1.0', setup, ...more } as never);

/** Why the product runs without it; undefined when it runs with it. */
async function reasonOf(plugin: Module): Promise<string | undefined> {
  await using app = await startApp({ modules: [asked, plugin] });
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  return app.product.running.refused.get('guest');
}

const every = (milliseconds: number): Parts => ({ jobs: { tidy: { every: milliseconds, run: async () => {} } } });
const EXPECTED = 'expected a whole number of milliseconds from 100 to 2147483647';

test.each([2 ** 31 + 5, Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 99, 100.5, undefined, '1000', 1000n])(
  'a job of a plug-in cannot run every %s milliseconds, so the product runs without it',
  async (milliseconds) => {
    const reason = await reasonOf(guest(() => every(milliseconds as never)));
    expect(reason).toBe(`guest has its job tidy every ${milliseconds}; ${EXPECTED}`);
  },
);

test('the product itself does not start with such a job of its own', async () => {
  const own = defineModule({ name: 'own', setup: () => every(2 ** 31) });
  await expect(startApp({ modules: [asked, own] })).rejects.toThrow(
    `own has its job tidy every 2147483648; ${EXPECTED}`,
  );
});

test.each([100, 2 ** 31 - 1])('a job may run every %s milliseconds', async (milliseconds) => {
  expect(await reasonOf(guest(() => every(milliseconds)))).toBeUndefined();
});

const thrown = (what: unknown) =>
  guest(() => {
    throw what;
  });
const returning = (what: unknown) => guest(() => what as never);

test.each([
  ['throws null', thrown(null), 'null was thrown, which is no Error'],
  ['throws a text', thrown('the oven is cold'), 'string was thrown, which is no Error'],
  ['returns null', returning(null), 'guest returns no object of parts from setup'],
  ['returns nothing', returning(undefined), 'guest returns no object of parts from setup'],
  ['returns a number', returning(5), 'guest returns no object of parts from setup'],
  [
    'returns a text for resolvers',
    returning({ resolvers: 'x' }),
    'guest returns resolvers that are no object from setup',
  ],
  ['returns a number to close', returning({ close: 5 }), 'guest returns a close that is no function from setup'],
  ['returns a job of nothing', returning({ jobs: { tidy: null } }), 'guest returns no run for its job tidy from setup'],
  [
    'returns a number for a route',
    guest(() => ({ routes: { 'GET /guest': 5 as never } }), { routes: ['GET /guest'] }),
    'guest returns what is no function for GET /guest from setup',
  ],
  [
    'has an internal graph that is none',
    guest(() => ({}), { internal: 'type Query {' }),
    'its internal graph cannot be read: Syntax Error: Expected Name, found <EOF>.',
  ],
])('a plug-in that %s is left out, with a line that says so', async (_what, plugin, reason) => {
  expect(await reasonOf(plugin)).toBe(reason);
});
