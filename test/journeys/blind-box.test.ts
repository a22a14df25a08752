import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientsOf } from '../clients.ts';
import { openStrangersShop, type StrangersShop } from '../packed.ts';
import { demoGuest } from '../split/demo.ts';

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
  const clients = clientsOf(product.url);
  const guest = await demoGuest(() => clients);
  const { setPlugin } = await clients.ask(
    'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { settings { name value } } }',
    { input: { name: 'blind-box', storeId: guest.storeId, settings: [{ name: 'minimum', value: '0' }] } },
    await demoStaff(clients, 'manager'),
  );
  expect(setPlugin.settings[0]).toEqual({ name: 'minimum', value: '0' });

  const orderId = await guest.order();
  await guest.pay(orderId);
  const SHOW = 'query ($id: ID!) { order(id: $id) { blindBox { state prize } } }';
  await until(async () => {
    const { order } = await clients.ask(SHOW, { id: orderId }, guest.token);
    return order.blindBox?.state === 'READY';
  });
  const OPEN = 'mutation ($id: ID!) { openBlindBox(input: { orderId: $id }) { state prize } }';
  const { openBlindBox } = await clients.ask(OPEN, { id: orderId }, guest.token);
  expect(openBlindBox).toEqual({ state: 'OPENED', prize: expect.stringMatching(/./) });
  expect((await clients.ask(SHOW, { id: orderId }, guest.token)).order.blindBox).toEqual(openBlindBox);
  expect((await fetch(`${product.url}/blind-box/${orderId}`)).status).toBe(200);

  product.child.kill('SIGTERM');
  expect(await product.ended()).toBe(0);
}, 120_000);
