import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientsOf } from '../clients.ts';
import { eventStream } from '../event-stream.ts';
import { openStrangersShop, type StrangersShop } from '../packed.ts';

const root = join(import.meta.dirname, '../..');

let shop: StrangersShop;
const inShop = (command: string, ...args: string[]) => shop.run(command, args);
const write = (file: string, text: string) => writeFileSync(join(shop.folder, file), text);
const read = (file: string) => readFileSync(join(shop.folder, file), 'utf8');
/** Runs a command that fails, and answers what it says of that. */
async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await shop.run('node_modules/.bin/dinegraph', args).then(
    () => ({ code: 0, stderr: '' }),
    (error) => error,
  );
  expect({ args, code }).toEqual({ args, code: 2 });
  return stderr.trim();
}
/** TypeScript's own check of a plug-in's folder, by the settings that it was made with. */
const check = (folder: string) =>
  shop.run(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--typeRoots', join(root, 'node_modules/@types')]).then(
    () => '',
    (error) => error.stdout.trim() as string,
  );

/** The example in the guide, in this language, that holds a word. */
function guideText(language: string, word: string): string {
  const guide = readFileSync(join(root, 'docs/plugins.md'), 'utf8');
  const examples = [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return examples.find(([, of, text = '']) => of === language && text.includes(word))?.[2] ?? '';
}

/** The product as it would be published, in an empty folder outside of the project. */
beforeAll(async () => {
  shop = await openStrangersShop();
}, 300_000);
afterAll(() => shop?.[Symbol.asyncDispose]());

test('somebody who has never seen the code has a plug-in, its test passes, and its field is in the graph', async () => {
  const { stdout: made } = await inShop('npx', 'dinegraph', 'new-plugin', 'hello');
  expect(made).toContain('npx dinegraph start --plugin ./hello');

  for (const page of ['docs/plugins.md', 'docs/plugins-reference.md', 'CHANGELOG.md'])
    expect(read(`node_modules/dinegraph/${page}`)).toMatch(/^(<!--|# )/);
  expect(read('hello/README.md')).toContain('node_modules/dinegraph/docs/plugins.md');

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
  for (const name of ['../out', 'Blind Box', 'Hello', '', '-x'])
    await expect(inShop('npx', 'dinegraph', 'new-plugin', name)).rejects.toMatchObject({ code: 2 });
  expect(await refused('new-plugin', 'orders')).toBe('orders is a module of the product; nothing was written');
  expect(existsSync(join(shop.folder, 'orders'))).toBe(false);
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
declare module 'dinegraph/events' {
  interface Events {
    'box.opened': { boxId: string };
  }
}
definePlugin({
  name: 'boxes',
  contract: '1.0',
  emits: ['box.opened'],
  setup: (host) => ({
    on: {
      'order.paid': (tx, { payload }) =>
        host.emit(tx, 'box.opened', { aggregate: payload.orderId, version: 1 }, { boxId: payload.lines.join() }),
      // @ts-expect-error: the payload has no such field
      'box.opened': async (_, { payload }) => payload.nothing,
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

test('resolvers are typed by the schema, from the start and after each change of it', async () => {
  await inShop('npx', 'dinegraph', 'new-plugin', 'typed-box');
  expect(await check('typed-box')).toBe('');
  expect((await inShop('npx', 'dinegraph', 'types', './typed-box')).stdout).toBe('the types are up to date\n');

  write('typed-box/schema.graphql', 'type Query { typedBox: TypedBox }\ntype TypedBox { size: Int! store: String! }');
  write('typed-box/internal.graphql', 'type Query { sizeOf(id: ID!): Int! }');
  mkdirSync(join(shop.folder, 'typed-box/asks'));
  write('typed-box/asks/menu.graphql', 'query Shop($id: ID!) { store(id: $id) { id } }');
  write('typed-box/entities.ts', 'export interface TypedBox {\n  size: number;\n  storeId: string;\n}\n');
  const { stdout } = await inShop('npx', 'dinegraph', 'types', './typed-box');
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['schema', 'internal', 'asks-menu'].map((name) => `typed-box/types/${name}.ts`)),
  );
  const plugin = (size: string) => `import { definePlugin, readSdl } from 'dinegraph';
import { ShopDocument } from './types/asks-menu.ts';
import type { Resolvers as Internal } from './types/internal.ts';
import type { Resolvers } from './types/schema.ts';
export default definePlugin({
  name: 'typed-box',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  setup(host) {
    const resolvers: Resolvers = {
      Query: { typedBox: () => ({ size: ${size}, storeId: 'nowhere' }) },
      TypedBox: {
        store: async ({ storeId }, _, ctx) =>
          (await host.ask(ctx, 'menu', ShopDocument, { id: storeId })).store?.id ?? 'there is no such store',
      },
    };
    const internal: Internal = { Query: { sizeOf: (_, { id }) => id.length } };
    return { resolvers, internal };
  },
});
`;
  write('typed-box/index.ts', plugin("'big'"));
  expect(await check('typed-box')).toMatch(/^typed-box\/index\.ts\(\d+,\d+\): error TS2322: .*$/m);
  write('typed-box/index.ts', plugin('2'));
  write(
    'typed-box/typed-box.test.ts',
    `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from 'dinegraph/testing';
import typedBox from './index.ts';
test('it asks the menu', async () => {
  await using app = await startTestApp({ plugins: [typedBox] });
  assert.deepEqual(await app.ask('{ typedBox { size store } }'), { typedBox: { size: 2, store: 'there is no such store' } });
});
`,
  );
  expect(await check('typed-box')).toBe('');
  expect((await inShop('npx', 'dinegraph', 'test', './typed-box')).stdout).toMatch(/pass 1\n.*fail 0/);
  await inShop('npx', 'dinegraph', 'build', './typed-box');

  write('typed-box/asks/menu.graphql', 'query Shop($id: ID!) { shop(id: $id) { id } }');
  expect(await refused('types', 'typed-box')).toMatch(/^typed-box\/asks\/menu\.graphql: .*Cannot query field "shop"/);
  write('typed-box/schema.graphql', 'type Query {\n  typedBox: \n}');
  expect(await refused('types', 'typed-box')).toMatch(/^typed-box\/schema\.graphql:3: Syntax Error: Expected Name/);
  expect(await refused('types', 'nowhere')).toMatch(/^there is no folder .*nowhere$/);
  expect(await refused('types')).toMatch(/^there is no schema\.graphql, .* in /);
}, 120_000);

test('a subscription is a resolver and what it follows, and the types take both', async () => {
  await inShop('npx', 'dinegraph', 'new-plugin', 'lucky-tea');
  write('lucky-tea/schema.graphql', guideText('graphql', 'luckyTeaChanged'));
  write('lucky-tea/index.ts', guideText('ts', 'luckyTeaChanged'));
  write('lucky-tea/lucky-tea.test.ts', "import './index.ts';\n");
  await inShop('npx', 'dinegraph', 'types', './lucky-tea');
  expect(await check('lucky-tea')).toBe('');
  await using product = await shop.start(['--plugin', './lucky-tea']);
  const graph = clientsOf(product.url);
  const frames = eventStream(product.url, 'subscription { luckyTeaChanged { name } }');
  expect(await frames.next()).toMatchObject({ value: { data: { luckyTeaChanged: { name: 'oolong' } } } });
  await graph.ask('mutation { setLuckyTea(name: "jasmine") { name } }');
  expect(await frames.next()).toMatchObject({ value: { data: { luckyTeaChanged: { name: 'jasmine' } } } });
  await frames.return(undefined);
}, 120_000);

test('the first tables need nothing but the entities; to change them later takes a server, and that is said', async () => {
  cpSync(join(root, 'docs/examples/blind-box'), join(shop.folder, 'tables'), { recursive: true });
  rmSync(join(shop.folder, 'tables/migrations'), { recursive: true });
  const { stdout } = await inShop('npx', 'dinegraph', 'migration', './tables', 'initial');
  expect(stdout).toBe('tables/migrations/sqlite/0001-initial.sql\ntables/migrations/mysql/0001-initial.sql\n');
  expect(read('tables/migrations/mysql/0001-initial.sql')).toMatch(/^create table `blind_box` .* engine = InnoDB;\n$/);
  expect((await inShop('npx', 'dinegraph', 'test', './tables')).stdout).toMatch(/pass \d\d\n.*fail 0/);

  expect(await refused('migration', './tables', 'more')).toMatch(/^DATABASE_URL is not set: .*$/);
  for (const args of [[], ['./tables'], ['./tables', 'Add Column']])
    expect(await refused('migration', ...args)).toMatch(/^usage: dinegraph migration \[FOLDER\] TITLE, .*$/);
  expect(await refused('migration', './tables', 'one', 'two')).toMatch(
    /^"two" is too much; usage: dinegraph migration /,
  );
  expect(await refused('migration', 'one')).toMatch(
    /^there is no index\.ts in .*: give the plug-in's folder before the title$/,
  );
  expect(await refused('migration', './blind-box', 'one')).toBe(
    'blind-box has no entities, so there is nothing to make: its index.ts names them, entities: [Boxes]',
  );
}, 120_000);

test('a package that exports for import alone is found, and what is clumsy costs one line each', async () => {
  const lone =
    "import { definePlugin } from 'dinegraph';\nexport default definePlugin({ name: 'lone', contract: '1.0', schema: 'type Query { lone: Int }', setup: () => ({ resolvers: { Query: { lone: () => 1 } } }) });\n";
  mkdirSync(join(shop.folder, 'node_modules/@shop/lone/dist'), { recursive: true });
  const exported = { name: '@shop/lone', type: 'module', exports: { '.': { import: './dist/lone.js' } } };
  write('node_modules/@shop/lone/package.json', JSON.stringify(exported));
  write('node_modules/@shop/lone/dist/lone.js', lone);
  mkdirSync(join(shop.folder, 'node_modules/typescript-only'));
  write('node_modules/typescript-only/package.json', '{ "name": "typescript-only", "main": "index.ts" }');
  write('node_modules/typescript-only/index.ts', lone);
  for (const folder of ['typo', 'enum', 'unbuilt']) mkdirSync(join(shop.folder, folder));
  write('typo/index.ts', 'const a = 1;\nconst = 2;\n');
  write('enum/index.ts', '\nenum Size {\n  Big,\n}\nexport default Size;\n');
  write('unbuilt/package.json', '{ "name": "unbuilt", "main": "dist/index.js" }');
  write('capitals.ts', lone.replace("'lone'", "'Lone'"));

  const named = ['@shop/lone', 'typescript-only', './typo', './enum', './unbuilt', './capitals.ts', './helo', 'helo'];
  await using product = await shop.start([...named, '@shop/lone'].flatMap((name) => ['--plugin', name]));
  expect(await clientsOf(product.url).ask('{ lone }')).toEqual({ lone: 1 });
  const lines = product
    .output()
    .split('\n')
    .filter((line) => line.includes('is left out: '));
  expect(lines.map((line) => line.replace('The plug-in ', '')).toSorted()).toEqual([
    './enum is left out: enum/index.ts:2: TypeScript enum is not supported in strip-only mode: Node takes types away and makes nothing of them; an object with `as const` does for an enum.',
    './helo is left out: there is no such file or folder.',
    './typo is left out: typo/index.ts:2: Unexpected token `=`. Expected yield, an identifier, [ or {.',
    './unbuilt is left out: the folder has no index.ts, and its package.json names no file that is there; `dinegraph build` makes it.',
    'Lone is left out: its name is not in small letters, digits and single hyphens, 40 at the most.',
    'helo is left out: there is no such folder or file, and no package of that name is installed.',
    'lone is left out: its name is taken.',
    'typescript-only is left out: it is TypeScript, which Node does not run of installed packages: `dinegraph build` in its folder makes JavaScript of it.',
  ]);
  write('typo/typo.test.ts', "import './index.ts';\n");
  expect(await refused('test', './typo')).toMatch(/^typo\/index\.ts:2: Unexpected token .*$/);
}, 120_000);
