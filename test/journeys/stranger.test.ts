import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientsOf } from '../clients.ts';
import { openStrangersShop, type StrangersShop } from '../packed.ts';

const root = join(import.meta.dirname, '../..');

let shop: StrangersShop;
const inShop = (command: string, ...args: string[]) => shop.run(command, args);

/** The product as it would be published, in an empty folder outside of the project. */
beforeAll(async () => {
  shop = await openStrangersShop();
}, 300_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

test('somebody who has never seen the code has a plug-in, its test passes, and its field is in the graph', async () => {
  const { stdout: made } = await inShop('npx', 'dinegraph', 'new-plugin', 'hello');
  expect(made).toContain('npx dinegraph start --plugin ./hello');

  const { stdout: tested } = await inShop('npx', 'dinegraph', 'test', './hello');
  expect(tested).toMatch(/pass 2\n.*fail 0/);

  await using product = await shop.start(['--plugin', './hello'], { HELLO_GREETING: 'Ni hao' });
  expect(await clientsOf(product.url).ask('{ hello { text } }')).toEqual({ hello: { text: 'Ni hao, world!' } });
  product.child.kill('SIGTERM');
  expect(await product.ended()).toBe(0);
}, 120_000);

test('a name that is taken or is none is refused, and nothing is overwritten', async () => {
  await inShop('npx', 'dinegraph', 'new-plugin', 'blind-box');
  await expect(inShop('npx', 'dinegraph', 'new-plugin', 'blind-box')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('blind-box is there already; nothing was changed'),
  });
  for (const name of ['../out', 'Blind Box', '', '-x'])
    await expect(inShop('npx', 'dinegraph', 'new-plugin', name)).rejects.toMatchObject({ code: 2 });
  await expect(inShop('npx', 'dinegraph', 'dance')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no command "dance".'),
  });
});

test('what is written against the package is checked by its types: events, ports, settings', async () => {
  writeFileSync(
    join(shop.folder, 'typed.ts'),
    `import { definePlugin, offer, z } from 'dinegraph';
import { PaymentProvider } from 'dinegraph/ports';
export default definePlugin({
  name: 'typed',
  contract: '1.0',
  consumes: ['order.paid'],
  provides: [offer(PaymentProvider, 'typed')],
  settings: z.object({ limit: z.coerce.number() }),
  setup: ({ settings }) => ({
    on: {
      'order.paid': async (tx, { payload }) => {
        const total: number = payload.total + settings.limit;
        // @ts-expect-error: the payload has no such field
        return payload.nothing && total;
      },
    },
  }),
});
// @ts-expect-error: there is no such event
definePlugin({ name: 'x', contract: '1.0', consumes: ['order.nonsense'], setup: () => ({}) });
// @ts-expect-error: a plug-in states its contract
definePlugin({ name: 'x', setup: () => ({}) });
`,
  );
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const strict = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'esnext'];
  await inShop(
    join(root, 'node_modules/.bin/tsc'),
    ...strict,
    ...types,
    '--allowImportingTsExtensions',
    'typed.ts',
    'hello/index.ts',
  );
});

test('it is packed as JavaScript, and runs where only the package is installed', async () => {
  await shop.packAndInstall('hello');
  const installed = join(shop.folder, 'node_modules/hello');
  expect(existsSync(join(installed, 'dist/schema.graphql'))).toBe(true);
  expect(existsSync(join(installed, 'index.ts'))).toBe(false);
  // A folder of the name would go before the package.
  renameSync(join(shop.folder, 'hello'), join(shop.folder, 'source'));
  await using product = await shop.start(['--plugin', 'hello']);
  expect(await clientsOf(product.url).ask('{ hello { text } }')).toEqual({ hello: { text: 'Hello, world!' } });
  renameSync(join(shop.folder, 'source'), join(shop.folder, 'hello'));
}, 120_000);

test('what cannot be built is refused in one line that says where', async () => {
  const build = async (files: Record<string, string>) => {
    const folder = mkdtempSync(join(shop.folder, 'unbuilt-'));
    mkdirSync(join(folder, 'deep'));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const failed = await shop.run('node_modules/.bin/dinegraph', ['build', folder]).catch((error) => error);
    expect(failed.code).toBe(2);
    return failed.stderr.trim();
  };
  expect(await build({})).toMatch(/^there is no index\.ts in .*unbuilt-/);
  expect(await build({ 'index.ts': 'const a = 1;\nconst = 2;' })).toMatch(/^index\.ts:2: Expected identifier/);
  expect(await build({ 'index.ts': "import './nowhere.ts';" })).toMatch(/^index\.ts:1: Could not resolve "\.\/nowhere/);
  expect(
    await build({ 'index.ts': "import './deep/page.ts';", 'deep/page.ts': 'console.log(import.meta.dirname);' }),
  ).toBe(
    'deep/page.ts uses import.meta.dirname: only files at the top of the folder can, since all become dist/index.js',
  );
});
