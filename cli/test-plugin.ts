import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPlugin, SOURCE } from './load-plugin.ts';

/** `dinegraph test [FOLDER]`: runs a plug-in's tests with Node's own runner, on the Node that the product runs on. */
const folder = resolve(process.argv[2] ?? '.');
const files = globSync('**/*.test.{ts,js}', { cwd: folder, exclude: (path) => path.includes('node_modules') });
if (files.length === 0) fail(`there is no *.test.ts in ${folder}`);
// The runner would say in many lines, for each file, that what is under test cannot be read.
if (existsSync(join(folder, SOURCE))) await loadPlugin(folder).catch((error) => fail(error.message));
const tests = files.map((file) => join(folder, file));
const child = spawn(process.execPath, ['--test', '--disable-warning=ExperimentalWarning', ...tests], {
  stdio: 'inherit',
});
child.on('close', (code) => process.exit(code ?? 1));

function fail(line: string): never {
  console.error(line);
  process.exit(2);
}
