import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandLine, refuse } from './command-line.ts';
import { loadPlugin, SOURCE } from './load-plugin.ts';
import { OWN_NAME } from './own-name.ts';

const HELP = `usage: dinegraph test [FOLDER]

Runs *.test.ts and *.test.js of a folder and all below it, with Node's own test runner.`;

/** `dinegraph test [FOLDER]`: runs a plug-in's tests with Node's own runner, on the Node that the product runs on. */
const { positionals } = commandLine({ help: HELP, words: 1 });
const folder = resolve(positionals[0] ?? '.');
const files = globSync('**/*.test.{ts,js}', { cwd: folder, exclude: (path) => path.includes('node_modules') });
if (files.length === 0) refuse(`there is no *.test.ts in ${folder}`);
// The runner would say in many lines, for each file, that what is under test cannot be read.
if (existsSync(join(folder, SOURCE))) await loadPlugin(folder).catch((error) => refuse(error.message));
const tests = files.map((file) => join(folder, file));
const flags = ['--disable-warning=ExperimentalWarning', '--import', OWN_NAME];
const child = spawn(process.execPath, [...flags, '--test', ...tests], { stdio: 'inherit' });
child.on('close', (code) => process.exit(code ?? 1));
