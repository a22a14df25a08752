import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { graphClient } from '../../cli/client.ts';
import { restaurant } from '../../sdk/restaurant.ts';
import { openStrangersShop, type StrangersShop } from '../packed.ts';

const example = join(import.meta.dirname, '../../docs/examples/blind-box');

let shop: StrangersShop;
/** The example as a stranger has it: outside of the project, with the published product beside it. */
beforeAll(async () => {
  shop = await openStrangersShop();
  cpSync(example, join(shop.folder, 'blind-box'), { recursive: true });
}, 300_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

test('the example passes its own tests', async () => {
  const { stdout } = await shop.run('npx', ['dinegraph', 'test', './blind-box']);
  expect(stdout).toMatch(/pass \d\d\n.*fail 0/);
}, 120_000);

test('it is packed, installed and started as any package is, and a diner opens the box of a paid order', async () => {
  await shop.packAndInstall('blind-box');
  const installed = join(shop.folder, 'node_modules/dinegraph-blind-box');
  for (const file of ['index.js', 'schema.graphql', 'migrations/mysql/0001-initial.sql', 'page/main.js'])
    expect({ file, isThere: existsSync(join(installed, 'dist', file)) }).toEqual({ file, isThere: true });
  for (const file of ['index.ts', 'blind-box.test.ts', 'dist/page/tsconfig.json', 'dist/README.md'])
    expect({ file, isThere: existsSync(join(installed, file)) }).toEqual({ file, isThere: false });

  await using product = await shop.start(['--plugin', 'dinegraph-blind-box']);
  expect(product.output()).not.toContain('is left out');
  const client = graphClient(product.url);
  const { table } = await client.ask('{ table(code: "DEMO-A1") { store { id } } }');
  const here = restaurant(client, { storeId: table.store.id, tableCode: 'DEMO-A1' });
  await here.set('blind-box', { minimum: 0 });
  const diner = await here.diner();
  const { id } = await here.order(diner);
  await here.pay(diner, id);
  const boxOf = async () =>
    (await client.ask('query ($id: ID!) { order(id: $id) { blindBox { state prize } } }', { id }, diner)).order
      .blindBox;
  // From outside nothing tells when a plug-in has heard of the payment.
  while ((await boxOf()) === null) await pause(50);
  expect(await boxOf()).toEqual({ state: 'READY', prize: null });

  const OPEN = 'mutation ($id: ID!) { openBlindBox(input: { orderId: $id }) { state prize } }';
  const { openBlindBox } = await client.ask(OPEN, { id }, diner);
  expect(openBlindBox).toEqual({ state: 'OPENED', prize: expect.stringMatching(/./) });
  expect(await boxOf()).toEqual(openBlindBox);
  expect((await fetch(`${product.url}/blind-box/${id}`)).status).toBe(200);
  product.child.kill('SIGTERM');
  expect(await product.ended()).toBe(0);
}, 120_000);
