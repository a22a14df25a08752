import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientsOf } from '../clients.ts';
import { runFile } from '../process.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'dinegraph-stranger-'));
const shop = join(folder, 'shop');
const run = promisify(execFile);

/** A stranger's own machine: none of the project's settings. */
const { NODE_OPTIONS: _, ...environment } = process.env;
const inShop = (command: string, ...args: string[]) => run(command, args, { cwd: shop, env: environment });

/** The product as it would be published, in an empty folder outside of the project. */
beforeAll(async () => {
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, env: environment });
  const [tarball = ''] = globSync('dinegraph-*.tgz', { cwd: folder });
  await run('mkdir', [shop]);
  writeFileSync(join(shop, 'package.json'), '{ "private": true }');
  await inShop('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('somebody who has never seen the code has a plug-in, its test passes, and its field is in the graph', async () => {
  const { stdout: made } = await inShop('npx', 'dinegraph', 'new-plugin', 'hello');
  expect(made).toContain('npx dinegraph start --plugin ./hello');

  const { stdout: tested } = await inShop('npx', 'dinegraph', 'test', './hello');
  expect(tested).toMatch(/pass 2\n.*fail 0/);

  // What npx runs, without npx: that leaves its child behind when it is told to end by anything but a terminal.
  await using product = runFile(join(shop, 'node_modules/.bin/dinegraph'), ['start', '--plugin', './hello'], {
    cwd: shop,
    env: { ...environment, PORT: '0', DATA_DIR: join(folder, 'data'), HELLO_GREETING: 'Ni hao' },
  });
  const [, url = ''] = await product.printed(/(http:\/\/localhost:\d+)\/graphql/);
  expect(await clientsOf(url).ask('{ hello { text } }')).toEqual({ hello: { text: 'Ni hao, world!' } });
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
    join(shop, 'typed.ts'),
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
