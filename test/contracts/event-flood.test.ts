import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Context, definePlugin, type Transaction } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';

declare module '../../kernel/events/events.ts' {
  interface Events {
    'river.rose': { by: number };
  }
}

/** How many times the river rises, for once. */
const MOST = 2_000;
let told = 0;
let applied = 0;

/** Tells of more by each event that it hears. */
const river = definePlugin({
  name: 'river',
  contract: '1.0',
  schema: 'type Query { calm: Boolean } type Mutation { rain: Boolean }',
  emits: ['river.rose'],
  consumes: ['river.rose'],
  setup(host) {
    const rise = async (tx: Transaction) => {
      if (told >= MOST) return;
      told += 1;
      await host.emit(tx, 'river.rose', { aggregate: String(told), version: 1 }, { by: 1 });
    };
    return {
      resolvers: {
        Query: { calm: () => true },
        Mutation: {
          rain: (_: unknown, _args: unknown, ctx: Context) => host.transact(ctx, (tx) => rise(tx).then(() => true)),
        },
      },
      on: {
        async 'river.rose'(tx) {
          applied += 1;
          await rise(tx);
          await rise(tx);
        },
      },
    };
  },
});

let app: App;
beforeAll(async () => {
  app = await startApp({ modules: [river] });
});
afterAll(() => app[Symbol.asyncDispose]());

test('whoever asks is answered while a plug-in floods the product with events, and none of them is lost', async () => {
  await app.ask('mutation { rain }');
  for (let time = 0; time < 5; time += 1) expect(await app.ask('{ calm }')).toEqual({ calm: true });
  expect(applied).toBeLessThan(MOST);
  await app.settled();
  expect([told, applied]).toEqual([MOST, MOST]);
}, 60_000);
