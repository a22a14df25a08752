import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadPlugin } from '../../cli/load-plugin.ts';
import { type Command, run } from '../process.ts';

const strangers = join(import.meta.dirname, '../strangers');
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-stray-'));

let product: Command;
let url: string;
beforeAll(async () => {
  product = run('start', ['--plugin', join(strangers, 'forgetful.ts')], { PORT: '0', DATA_DIR: dataDir });
  [, url = ''] = await product.printed(/(http:\/\/localhost:\d+)\/graphql/);
}, 60_000);
afterAll(async () => {
  await product?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const counted = async () => /dinegraph_stray_faults_total\{kind="rejection"\} (\d+)/.exec(await text('/metrics'))?.[1];
const text = async (path: string) => (await fetch(`${url}${path}`)).text();

test('a promise that a plug-in forgets is an alarm in the log, and the product goes on', async () => {
  await product.printed(/"alarm":true.*the kettle was left on|the kettle was left on.*"alarm":true/);
  expect(await counted()).toBe('1');
  expect(await text('/forgets/promise')).toBe('I have begun.');
  await product.printed(/"error":\{"type":"object".*a promise failed that nobody waits for/);
  expect(await counted()).toBe('2');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

test('what is thrown in a timer may have left anything half done: the product says so and ends gently', async () => {
  expect(await text('/forgets/timer')).toBe('I have begun.');
  expect(await product.ended()).toBe(1);
  expect(product.output()).toMatch(/"level":60.*the timer burnt the rice/);
  expect(product.output()).not.toContain('did not end as it should');
});

test('a plug-in whose files never come to an end is given up, with one line', async () => {
  await expect(loadPlugin(join(strangers, 'never-loaded.ts'), 100)).rejects.toThrow(
    /^its files are not loaded yet, no answer within 100 ms: they await something that does not come$/,
  );
});
