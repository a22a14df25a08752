import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { run } from '../process.ts';

const strangers = join(import.meta.dirname, '../strangers');
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-ending-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('plug-ins that fail to close, or never do, cost a line each, and the product ends as it should', async () => {
  const plugins = ['clinging.ts', 'sulking.ts'].flatMap((file) => ['--plugin', join(strangers, file)]);
  await using product = run('start', plugins, { PORT: '0', DATA_DIR: dataDir });
  await product.printed(/http:\/\/localhost:\d+\/graphql/);
  product.child.kill('SIGTERM');
  expect(await product.ended()).toBe(0);
  const lines = product.output().split('\n');
  const said = lines.filter((line) => line.includes('a module did not close as it should'));
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/"module":"sulking".*the shutter is jammed/);
  expect(said[1]).toMatch(/"module":"clinging".*no answer within 5000 ms/);
  expect(product.output()).not.toMatch(/^ +at .*:\d+:\d+/m);
}, 90_000);
