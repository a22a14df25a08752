import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Clients, clientsOf } from '../clients.ts';
import { type Command, run } from '../process.ts';
import { demoGuest } from '../split/demo.ts';

const strangers = join(import.meta.dirname, '../strangers');
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-plugins-'));

/** A setting that is marked as a secret. */
const HUSH = 'hush-of-the-till';

/** Why each of them is left out. */
const LEFT_OUT: readonly (readonly [file: string, named: string, reason: RegExp])[] = [
  ['broken-graph.ts', 'broken-graph', /its part of the graph does not fit the others: .*Unknown type.*Nowhere/],
  ['unreadable-graph.ts', 'unreadable-graph', /its part of the graph cannot be read: Syntax Error/],
  ['throwing.ts', 'throwing', /the oven is cold/],
  ['same-name.ts', 'menu', /its name is taken/],
  ['same-path.ts', 'same-path', /its routes meet GET \/kitchen of kitchen-screen/],
  ['same-type.ts', 'same-type', /its type Dish is one of menu; fields are added to it by its @key/],
  ['same-port.ts', 'same-port', /its PaymentProvider "cash" is one of cash-payment/],
  ['wrong-settings.ts', 'wrong-settings', /WRONG_SETTINGS_PORTIONS="many" is not valid: expected a number/],
  ['later-contract.ts', 'later-contract', /was built for version 2\.0 of the contract, and this product has 1\.0/],
  ['wrong-route.ts', 'wrong-route', /its route GET \/wrong\/: is not like GET \/box\/:id/],
  ['wrong-page.ts', 'wrong-page', /has its page at \/wrong-page, and no route GET \/wrong-page/],
  ['wrong-metric.ts', 'wrong-metric', /its counter "Boxes Opened" is not named as opened_total is/],
  ['wrong-lists.ts', 'wrong-lists.ts', /its routes is not as definePlugin takes it: .*expected array/],
  ['wrong-store-settings.ts', 'wrong-store-settings', /its settings for stores are no z\.object/],
  [
    'throwing-declaration.ts',
    'throwing-declaration.ts',
    /its declaration cannot be read: the contract is in the other/,
  ],
  ['no-plugin.ts', 'no-plugin.ts', /its default export is no plug-in/],
  ['wordy.ts', 'wordy', /wordy is left out: the oven The plug-in oven is left out: cold x+\.$/],
  ['secretive.ts', 'secretive', /SECRETIVE_TILL is not valid: expected 4 digits/],
  ['same-figures.ts', 'same-figures', /its route GET \/metrics is the product's own/],
  ['slipping.ts', 'slipping', /test\/strangers\/slipping\.ts:8: Cannot read properties of null/],
  ['stray-resolver.ts', 'stray-resolver', /stray-resolver resolves Query\.gret, which its schema does not have/],
  ['mute-live.ts', 'mute-live', /mute-live has teaChanged in live, and no resolver for Subscription\.teaChanged/],
  ['undeclared.ts', 'undeclared', /undeclared answers GET \/undeclared, which its declaration does not list/],
  ['nowhere.ts', 'nowhere.ts', /there is no such file or folder/],
];

let product: Command;
let clients: Clients;
beforeAll(async () => {
  const files = [...LEFT_OUT.map(([file]) => file), 'well-made.ts'];
  const args = files.flatMap((file) => ['--plugin', join(strangers, file)]);
  product = run('start', args, { PORT: '0', DATA_DIR: dataDir, WRONG_SETTINGS_PORTIONS: 'many', SECRETIVE_TILL: HUSH });
  const [, url = ''] = await product.printed(/(http:\/\/localhost:\d+)\/graphql/);
  clients = clientsOf(url);
}, 60_000);
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test.each(LEFT_OUT)('%s is left out with one line that says why', (_file, named, reason) => {
  const lines = product.output().split('\n');
  const about = lines.filter((line) => line.includes(`${named} is left out: `));
  expect(about).toHaveLength(1);
  expect(about[0]).toMatch(reason);
});

test('none of these lines holds a secret, or what a terminal obeys', () => {
  expect(product.output()).not.toContain(HUSH);
  expect(product.output()).not.toContain('\u001b');
});

test('one line names the plug-ins that run, and none of those', () => {
  const [, running = ''] = /Plug-ins +(.+)/.exec(product.output()) ?? [];
  expect(running.split(', ')).toEqual(expect.arrayContaining(['kitchen-screen', 'meituan', 'well-made']));
  for (const [, named] of LEFT_OUT) expect(running.split(', ')).not.toContain(named);
});

test('the product runs without them, and with the one that is as it should be', async () => {
  expect(await clients.ask('{ wellMade }')).toEqual({ wellMade: 'yes' });
  expect(product.output()).toMatch(/A box +http:\S+\/box\/:id\n/);
  expect(await (await fetch(`${clients.url}/box/42%20b`)).text()).toBe('The box 42 b.');
  const { errors } = await clients.graph('{ throwing }');
  expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect((await fetch(`${clients.url}/throwing`)).status).toBe(404);
  expect(await (await fetch(`${clients.url}/kitchen`)).text()).toContain('<title>Kitchen screen</title>');
  const guest = await demoGuest(() => clients);
  const orderId = await guest.order();
  await guest.pay(orderId);
  const { order } = await clients.ask('query ($id: ID!) { order(id: $id) { state } }', { id: orderId }, guest.token);
  expect(order.state).toBe('PAID');
});
