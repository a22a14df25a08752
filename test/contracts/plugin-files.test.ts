import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { productWith } from '../../cli/plugins.ts';
import { run } from '../process.ts';

const home = mkdtempSync(join(tmpdir(), 'dinegraph-files-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A plug-in's file, which says by its name where it lay. */
const plugin = (name: string) => `export default { name: '${name}', contract: '1.0', setup: () => ({}) };`;

/** What a folder with these files is taken for: the plug-in's name, or why it is none. */
async function taken(files: Record<string, string>, file = '.'): Promise<string | undefined> {
  const folder = mkdtempSync(join(home, 'plugin-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { modules, refused } = await productWith([join(folder, file)]);
  return [...refused.values()][0] ?? modules.at(-1)?.name;
}

const PACKAGE = { 'package.json': '{ "type": "module", "main": "dist/index.js" }' };

test('a folder with a source is its source, whatever was built of it', async () => {
  const built = { ...PACKAGE, 'dist/index.js': plugin('built') };
  expect(await taken({ ...built, 'index.ts': plugin('source') })).toBe('source');
  expect(await taken(built)).toBe('built');
});

test('a folder without a package is its index, and a file is that file', async () => {
  expect(await taken({ 'index.ts': plugin('source') })).toBe('source');
  expect(await taken({ 'package.json': '{ "type": "module" }', 'index.js': plugin('plain') })).toBe('plain');
  expect(await taken({ 'index.ts': plugin('source'), 'other.ts': plugin('other') }, 'other.ts')).toBe('other');
});

test('what the nearest package takes for CommonJS is refused with what to say there', async () => {
  const folder = mkdtempSync(join(home, 'common-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  for (const text of [plugin('guest'), `import 'node:fs';\n${plugin('guest')}`]) {
    writeFileSync(join(folder, 'guest.ts'), text);
    await using declare = run('declare', [join(folder, 'guest.ts')]);
    expect(await declare.ended()).toBe(1);
    expect(declare.output()).toContain('the package.json nearest to it has to say "type": "module"\n');
  }
});

test('a folder that holds none is refused with what was looked for', async () => {
  expect(await taken({})).toBe('the folder has no index.ts and no package.json');
  expect(await taken(PACKAGE)).toBe(
    'the folder has no index.ts, and its package.json names no file that is there; `dinegraph build` makes it',
  );
});
