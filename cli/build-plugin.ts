import { cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { commandLine, refuse } from './command-line.ts';

const HELP = `usage: dinegraph build [FOLDER]

Makes of a plug-in what others install: dist/index.js of its index.ts and what that imports of the folder, and beside it
every file that is read at run time. What was in dist goes.`;

/**
 * `dinegraph build [FOLDER]`: makes a plug-in's dist, which is what others install. Node runs TypeScript as it is, but not
 * that of installed packages: so index.ts and what it imports of the folder become one dist/index.js, and beside it lies
 * what is read at run time, where `import.meta.dirname` finds it in both places. Packages stay packages.
 */
const { positionals } = commandLine({ help: HELP, words: 1 });
const folder = resolve(positionals[0] ?? '.');
const dist = join(folder, 'dist');
const entry = join(folder, 'index.ts');
/** What is never read at run time, in any folder: sources, tests, what is hidden, and what the tools make and need. */
const UNREAD = /^\.|^node_modules$|\.[cm]?tsx?$|\.test\.[cm]?js$|^tsconfig.*\.json$/;
/** What is about the package, at the top of its folder. */
const ABOUT = /^(package(-lock)?\.json|biome\.json|LICENSE|[^/]*\.md|[^/]*\.tgz)$/;
if (!existsSync(entry)) refuse(`there is no index.ts in ${folder}`);

rmSync(dist, { recursive: true, force: true });
const bundled = await bundle();
refuseStrayPaths(bundled);
const beside = globSync('**/*', {
  cwd: folder,
  withFileTypes: true,
  exclude: ({ parentPath, name }) => UNREAD.test(name) || join(parentPath, name) === dist,
})
  .filter((found) => found.isFile())
  .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
  // Above, whole folders are left out, so that nobody walks through node_modules; of files, not all are asked about.
  .filter((file) => !UNREAD.test(basename(file)) && !ABOUT.test(file))
  .sort();
for (const file of beside) cpSync(join(folder, file), join(dist, file));
console.log(`dist/index.js is made of ${bundled.join(', ')}; beside it lies ${beside.join(', ') || 'nothing'}`);

/** Answers with the files of the folder that went into it. */
async function bundle(): Promise<string[]> {
  try {
    const { metafile } = await build({
      entryPoints: [entry],
      outfile: join(dist, 'index.js'),
      absWorkingDir: folder,
      bundle: true,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      packages: 'external',
      charset: 'utf8',
      logLevel: 'silent',
    });
    return Object.keys(metafile.inputs);
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (!first) throw error;
    const { file = 'index.ts', line = 1 } = first.location ?? {};
    return refuse(`${file}:${line}: ${first.text}`);
  }
}

/** A file below the top would look for its neighbours in another folder, once it is a part of dist/index.js. */
function refuseStrayPaths(files: readonly string[]): void {
  for (const file of files) {
    const reads = /import\.meta\.(dirname|filename|url)/.exec(readFileSync(join(folder, file), 'utf8'));
    if (reads && dirname(file) !== '.')
      refuse(`${file} uses ${reads[0]}: only files at the top of the folder can, since all become dist/index.js`);
  }
}
