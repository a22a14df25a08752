import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Mutant } from './mutant.ts';

const root = join(import.meta.dirname, '../../..');

/** What a copy does without, or gets by a link. */
const LEFT_OUT = new Set(['node_modules', '.git', '.tmp', 'data']);

/** Copies the tree to `.tmp/mutants`, and puts a bug into the copy. Answers its folder. Throws when the bug does not fit. */
export async function mutate({ name, edits }: Mutant): Promise<string> {
  const folder = join(root, '.tmp/mutants', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Entry by entry, since a folder cannot be copied into itself.
  for (const entry of await readdir(root)) {
    if (LEFT_OUT.has(entry)) continue;
    await cp(join(root, entry), join(folder, entry), {
      recursive: true,
      filter: (source) => !relative(root, source).split(sep).includes('node_modules'),
    });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, put } of edits) {
    const path = join(folder, file);
    const before = await readFile(path, 'utf8');
    const found = [...before.matchAll(new RegExp(find, 'g'))].length;
    if (found !== 1) throw new Error(`the bug ${name} does not fit ${file} any more: ${find} is there ${found} times`);
    await writeFile(
      path,
      before.replace(find, () => put),
    );
  }
  return folder;
}
