import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes what is not there yet in the same words; answers with the files that it has written. */
export function writeChanged(folder: string, files: ReadonlyMap<string, string>): string[] {
  const changed = staleIn(folder, files);
  for (const file of changed) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), files.get(file) ?? '');
  }
  return changed;
}

/** Those of the files that are not there in the same words. */
export function staleIn(folder: string, files: ReadonlyMap<string, string>): string[] {
  return [...files.keys()].filter((file) => {
    const path = join(folder, file);
    return !existsSync(path) || readFileSync(path, 'utf8') !== files.get(file);
  });
}
