import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * `npm run build`: the package as others install it, in dist: JavaScript with declarations, and beside it what is read
 * at run time. A page is bundled when its module starts, so its sources come along.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync('tsc', ['-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const isRead = /\.(graphql|sql|template)$/;
const isPage = /\/plugins\/[^/]+\/page(\/|$)/;
// TypeScript leaves the names of modules alone that a declaration adds to.
const events = join(dist, 'schema/events.d.ts');
writeFileSync(events, readFileSync(events, 'utf8').replace(/^(declare module '.*)\.ts'/m, "$1.js'"));
for (const folder of ['cli', 'kernel', 'plugins', 'schema', 'subgraphs']) {
  cpSync(join(root, folder), join(dist, folder), {
    recursive: true,
    filter: (path) => isPage.test(path) || isRead.test(path) || !basename(path).includes('.'),
  });
}
