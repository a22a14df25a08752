import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** `dinegraph test [FOLDER]`: runs a plug-in's tests with Node's own runner, on the Node that the product runs on. */
const folder = resolve(process.argv[2] ?? '.');
const files = globSync('**/*.test.{ts,js}', { cwd: folder, exclude: (path) => path.includes('node_modules') });
if (files.length === 0) {
  console.error(`there is no *.test.ts in ${folder}`);
  process.exit(2);
}
const tests = files.map((file) => join(folder, file));
const child = spawn(process.execPath, ['--test', '--disable-warning=ExperimentalWarning', ...tests], {
  stdio: 'inherit',
});
child.on('close', (code) => process.exit(code ?? 1));
