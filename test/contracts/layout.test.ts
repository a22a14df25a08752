import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/** The relative imports of every source file below a folder, as paths from the root. */
function importsOf(folder: string): { file: string; target: string }[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: (name) => name.includes('node_modules') });
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const specifiers = [...source.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)].map(
      ([, specifier]) => specifier ?? '',
    );
    return specifiers.map((specifier) => ({ file, target: relative(root, resolve(root, dirname(file), specifier)) }));
  });
}

/** The imports of a folder that lead anywhere but to the allowed places. */
function strays(folder: string, allowed: RegExp): string[] {
  return importsOf(folder)
    .filter(({ target }) => !allowed.test(target))
    .map(({ file, target }) => `${file} imports ${target}`);
}

const modules = (kind: string) => globSync(`${kind}/*/index.ts`, { cwd: root }).map((file) => dirname(file));

test('the kernel stands on itself alone', () => {
  expect(strays('kernel', /^kernel\//)).toEqual([]);
});

test('the gateway knows the kernel and no module', () => {
  expect(strays('gateway', /^(kernel|gateway)\//)).toEqual([]);
});

test.each(modules('subgraphs'))('%s imports the kernel, what all agree on, and itself', (folder) => {
  expect(strays(folder, new RegExp(`^(kernel|schema|${folder})/`))).toEqual([]);
});

test.each(modules('plugins'))('%s imports besides these only the ports that it implements', (folder) => {
  expect(strays(folder, new RegExp(`^(kernel|schema|${folder})/|^subgraphs/[^/]+/ports\\.ts$`))).toEqual([]);
});

describe('the six subgraphs have the same shape', () => {
  test.each(modules('subgraphs'))('%s', (folder) => {
    const has = (...names: string[]) => names.some((name) => existsSync(join(root, folder, name)));
    const missing = [
      ['schema.graphql'],
      ['entities.ts', 'entities'],
      ['service.ts', 'service'],
      ['resolvers.ts', 'resolvers'],
      ['errors.ts'],
      ['migrations/sqlite'],
    ].filter((names) => !has(...names));
    expect(missing).toEqual([]);
  });
});

test('resolvers leave SQL to the services', () => {
  const offenders = globSync('{subgraphs,plugins}/*/resolvers{.ts,/**/*.ts}', { cwd: root }).filter((file) =>
    /\.em\b/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(offenders).toEqual([]);
});

test('only the command line names modules', () => {
  const named = ['kernel', 'gateway'].flatMap((folder) =>
    importsOf(folder).filter(({ target }) => /^(subgraphs|plugins|cli)\//.test(target)),
  );
  expect(named).toEqual([]);
});

test('no machine’s path and no registry’s address is written down', () => {
  const files = globSync(
    '{*.json,*.md,docs/**/*.md,kernel/**/*.ts,gateway/**/*.ts,cli/**/*.ts,subgraphs/**/*.ts,plugins/**/*.ts}',
    {
      cwd: root,
    },
  );
  const offenders = files.filter((file) =>
    /(\/work\/|\/root\/|registry\.npmjs)/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(offenders).toEqual([]);
});
