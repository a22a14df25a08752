import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { stranger } from '../contracts/wire-tap.ts';
import { run } from '../process.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-start-'));
const data = { DATA_DIR: join(folder, 'data'), PORT: '0' };
afterAll(() => rmSync(folder, { recursive: true }));

const RUNNING = /Graph +(http:\S+)\/graphql/;

/** Posts an operation as a stranger would. */
async function ask(url: string, query: string, token?: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  return (await response.json()) as any;
}

test('a stranger starts the product, reads its table of addresses and sign-ins, and uses it; Ctrl-C ends it cleanly', async () => {
  await using product = run('start', [], data);
  const url = (await product.printed(RUNNING))[1] ?? '';
  await product.printed(/Headquarters/);
  for (const line of [
    /Kitchen screen +http/,
    /Table to scan +DEMO-A1/,
    /Diner .*xiaoming/,
    /Waiter .*PIN/,
    /Cook .*PIN/,
    /Store manager .*PIN/,
    /Plug-ins +\S.*, kitchen-screen, .*plugin-settings/,
    /Data +\S+data/,
  ])
    expect(product.output()).toMatch(line);
  const { data: found } = await ask(url, '{ table(code: "DEMO-A1") { store { name isOpen } } }');
  expect(found.table.store.isOpen).toBe(true);
  product.child.kill('SIGINT');
  expect(await product.ended()).toBe(0);
});

test('what was changed is still there after a restart, and reset brings the demonstration back', async () => {
  const SIGN_IN = 'mutation { signInStaff(input: { name: "Wang Fang", pin: "2468" }) { accessToken } }';
  const STORE = '{ table(code: "DEMO-A1") { store { id paused } } }';
  const session = async (use: (url: string) => Promise<void>) => {
    await using product = run('start', [], data);
    await use((await product.printed(RUNNING))[1] ?? '');
    product.child.kill('SIGTERM');
    expect(await product.ended()).toBe(0);
  };
  await session(async (url) => {
    const { accessToken } = (await ask(url, SIGN_IN)).data.signInStaff;
    const { id } = (await ask(url, STORE)).data.table.store;
    await ask(url, `mutation { updateStore(input: { id: "${id}", paused: true }) { paused } }`, accessToken);
  });
  await session(async (url) => expect((await ask(url, STORE)).data.table.store.paused).toBe(true));
  await using reset = run('reset', [], data);
  expect(await reset.ended()).toBe(0);
  await session(async (url) => expect((await ask(url, STORE)).data.table.store.paused).toBe(false));
});

test('a port in use is one clear line and an exit code', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  await using product = run('start', [], { ...data, PORT: String(port) });
  expect(await product.ended()).toBe(1);
  expect(product.output().trim()).toBe(`Port ${port} of 127.0.0.1 is in use; stop what uses it, or set PORT.`);
  other.close();
});

test('a data folder that cannot be written is one clear line and an exit code', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  await using product = run('start', [], { ...data, DATA_DIR: join(file, 'data') });
  expect(await product.ended()).toBe(1);
  expect(product.output().trim()).toMatch(/^The data folder .*a-file.data cannot be written: [^\n]+$/);
});

test('a data folder in use by another process is one clear line and an exit code', async () => {
  await using first = run('start', [], data);
  await first.printed(RUNNING);
  await using second = run('start', [], data);
  expect(await second.ended()).toBe(1);
  expect(second.output().trim()).toMatch(/^The data folder .* is in use by another DineGraph; [^\n]+$/);
});

test.each([
  ['PORT', 'lots', /^PORT="lots" is not valid: [^\n]+$/],
  ['NODE_ENV', 'staging', /^NODE_ENV="staging" is not valid: [^\n]+$/],
  ['ORDERS_HOLD_MINUTES', '-3', /^ORDERS_HOLD_MINUTES="-3" is not valid: [^\n]+$/],
])('a bad value of %s is one clear line and an exit code', async (name, value, line) => {
  await using product = run('start', [], { ...data, [name]: value });
  expect(await product.ended()).toBe(1);
  expect(product.output().trim()).toMatch(line);
});

test('who names a module that there is not is told which there are', async () => {
  await using product = run('start', ['orders', 'odrers'], data);
  expect(await product.ended()).toBe(1);
  expect(product.output()).toMatch(/^There is no "odrers" to start; there are gateway, .*orders.*\.\n$/);
});

test('a gateway that starts while a module is away waits for it', async () => {
  let rounds = 0;
  await using early = await stranger((response, { path }) => {
    if (path === '/livez') return response.end('ok');
    if (!path.startsWith('/_/internal/')) return response.destroy();
    rounds += 1;
    return response.end('{"data":{"ensureStaff":true}}');
  });
  await using gateway = run('start', ['gateway'], {
    PORT: '0',
    MODULE_URL: early.url,
    CALL_KEYS: `a:${'a'.repeat(32)}`,
    DRAIN_MS: '0',
  });
  // The second round begins when the first has failed.
  while (rounds < 2 && gateway.child.exitCode === null) await wait(20);
  expect(gateway.child.exitCode).toBeNull();
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended()).toBe(0);
});
