#!/usr/bin/env node
// Runs the product on the Node that it brings: whatever this machine has may be too old for it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../dist/cli/dinegraph.js', import.meta.url));
const source = fileURLToPath(new URL('../cli/dinegraph.ts', import.meta.url));

function node() {
  try {
    const home = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const own = fileURLToPath(new URL('bin/node', `file://${home}`));
    if (existsSync(own)) return own;
  } catch {}
  return process.execPath;
}

// In the project itself there is the source, and what was built may be old.
const args = ['--disable-warning=ExperimentalWarning', existsSync(source) ? source : built, ...process.argv.slice(2)];
const child = spawn(node(), args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`DineGraph cannot be started: ${error.message}`);
  process.exit(1);
});
child.on('close', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
