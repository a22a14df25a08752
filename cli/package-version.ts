import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of the package that this is part of, built or not. */
export function packageVersion(): string {
  const manifest = fileURLToPath(import.meta.resolve('dinegraph/package.json'));
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
