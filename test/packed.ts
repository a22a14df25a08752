import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, runFile } from './process.ts';

const root = join(import.meta.dirname, '..');
const exec = promisify(execFile);

/** A stranger's own machine has none of the project's settings. */
const { NODE_OPTIONS: _, ...environment } = process.env;

/** A folder outside of the project, with the product in it as it would be published. */
export interface StrangersShop extends AsyncDisposable {
  /** Where it is. Its neighbours are the stranger's too. */
  readonly folder: string;
  /** Runs a command there, or in a folder of it. Rejects with its `code`, `stdout` and `stderr` when it fails. */
  run(command: string, args: readonly string[], within?: string): Promise<{ stdout: string; stderr: string }>;
  /** Packs the package in a folder of it, as for publishing, and installs what came of that. */
  packAndInstall(within: string): Promise<void>;
  /** Starts the product there, with data of its own; resolves with its address. */
  start(args: readonly string[], settings?: NodeJS.ProcessEnv): Promise<Command & { url: string }>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Packs the product and installs it in an empty folder. */
export async function openStrangersShop(): Promise<StrangersShop> {
  const home = mkdtempSync(join(tmpdir(), 'dinegraph-stranger-'));
  const folder = join(home, 'shop');
  const run: StrangersShop['run'] = (command, args, within = '.') =>
    exec(command, args, { cwd: join(folder, within), env: environment });
  const install = (tarball: string) => run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball]);

  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  // The product is built in one place: of two tests that pack at the same time the second waits.
  const pack = ['npm', 'pack', '--silent', '--pack-destination', home];
  await exec('flock', [join(root, 'package.json'), ...pack], { cwd: root, env: environment });
  await install(tarballIn(home));

  return {
    folder,
    run,
    async packAndInstall(within) {
      await run('npm', ['pack', '--silent'], within);
      await install(tarballIn(join(folder, within)));
    },
    async start(args, settings = {}) {
      // What npx runs, without npx: that leaves its child behind when it is told to end by anything but a terminal.
      const product = runFile(join(folder, 'node_modules/.bin/dinegraph'), ['start', ...args], {
        cwd: folder,
        env: { ...environment, PORT: '0', DATA_DIR: mkdtempSync(join(home, 'data-')), ...settings },
      });
      const [, url = ''] = await product.printed(/(http:\/\/localhost:\d+)\/graphql/);
      return {
        ...product,
        url,
        // Asked to end, and not killed: the command hands that on to the Node that it has started, and goes with it.
        async [Symbol.asyncDispose]() {
          product.child.kill('SIGTERM');
          await product.ended();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function tarballIn(folder: string): string {
  const [tarball] = globSync('*.tgz', { cwd: folder });
  if (!tarball) throw new Error(`npm pack has left nothing in ${folder}`);
  return join(folder, tarball);
}
