import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runFile } from '../process.ts';

const root = join(import.meta.dirname, '../..');
const COMMANDS = [
  'start',
  'new-plugin',
  'test',
  'build',
  'declare',
  'types',
  'migration',
  'reset',
  'import',
  'gateway',
  'dead-letters',
  'move',
];

/** A folder with data that somebody would miss. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinegraph-commands-'));
  writeFileSync(join(folder, 'orders.sqlite'), 'a day of orders');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command as a shell does; answers what it printed and how it ended. */
async function dinegraph(...args: string[]) {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const env = { ...inherited, DATA_DIR: folder, PORT: '0' };
  await using command = runFile(process.execPath, [join(root, 'bin/dinegraph.js'), ...args], { cwd: folder, env });
  const code = await command.ended();
  return { code, output: command.output() };
}

function expectUntouched(): void {
  expect(readdirSync(folder)).toEqual(['orders.sqlite']);
  expect(readFileSync(join(folder, 'orders.sqlite'), 'utf8')).toBe('a day of orders');
}

test.each(COMMANDS)(
  '%s --help says what it does, and changes nothing',
  async (name) => {
    const { code, output } = await dinegraph(name, '--help');
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`(dinegraph|npm run) ${name}\\b`));
    expect(output.trim().split('\n').length).toBeGreaterThan(2);
    expectUntouched();
  },
  60_000,
);

test.each(COMMANDS)(
  '%s refuses an option that it does not know, before anything happens',
  async (name) => {
    const { code, output } = await dinegraph(name, '--forse');
    expect(code).not.toBe(0);
    expect(output).toMatch(/^Unknown option '--forse'; .*\n$/);
    expectUntouched();
  },
  60_000,
);

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await dinegraph('--version')).toEqual({ code: 0, output: `${version}\n` });
}, 60_000);

test.each([
  ['gateway', 'its name is not in small letters, digits and single hyphens, 40 at the most'],
  ['order', 'its part of the graph does not fit the others: '],
  ['a'.repeat(41), 'its name is not in small letters'],
])(
  'new-plugin does not write what the product would go without for its name (%s)',
  async (name, reason) => {
    const { code, output } = await dinegraph('new-plugin', name);
    expect(code).toBe(2);
    expect(output).toMatch(/^[^\n]+; nothing was written\n$/);
    expect(output).toContain(`no plug-in can be called ${name}: ${reason}`);
    expectUntouched();
  },
  60_000,
);

test('in the project itself a plug-in finds the package by its name, where it lies and in its tests', async () => {
  const other = mkdtempSync(join(tmpdir(), 'dinegraph-named-'));
  writeFileSync(join(other, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(other, 'index.ts'),
    "import { definePlugin } from 'dinegraph';\nexport default definePlugin({ name: 'named', contract: '1.0', setup: () => ({}) });\n",
  );
  writeFileSync(
    join(other, 'named.test.ts'),
    "import 'dinegraph/testing';\nimport 'dinegraph/ports';\nimport { test } from 'node:test';\nimport './index.ts';\ntest('found', () => {});\n",
  );
  expect(await dinegraph('declare', other)).toMatchObject({ code: 0, output: expect.stringContaining('"named"') });
  expect(await dinegraph('test', other)).toMatchObject({ code: 0, output: expect.stringMatching(/pass 1\n/) });
  rmSync(other, { recursive: true, force: true });
}, 120_000);
