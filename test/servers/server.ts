import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, ownFolder, program } from './machine.ts';

/** How long a server may take to be ready: a busy machine with two cores needs some ten seconds for RabbitMQ. */
const START_MILLISECONDS = 60_000;

/** How long a server may take to end gently. */
const STOP_MILLISECONDS = 10_000;

/** A private copy of a server, on loopback only. It dies with this process, however this process ends. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Where its data (`data`) and all that it printed (`log`) lie. */
  readonly folder: string;
  /** The process that serves; undefined while none does. */
  readonly pid: number | undefined;
  /** Starts it again, on the same port and data. Resolves when it is ready; rejects with its last lines when it ends. */
  start(): Promise<void>;
  /** Ends it by SIGKILL, as a power cut would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Deletes its data while it is down. The next start begins with none. */
  wipe(): Promise<void>;
  /** Ends it gently, hard after ten seconds, and removes its folder unless the folder was given. */
  stop(): Promise<void>;
}

/** Where a server is to live: a folder that outlives it, a port that is known beforehand. */
export interface ServerOptions {
  folder?: string;
  port?: number;
}

/** How one kind of server is started. */
export interface Recipe {
  name: string;
  url(port: number): string;
  /** Fills a new data folder. */
  prepare?(data: string): Promise<void>;
  /** The command that becomes the server itself: it must end in `exec`, never in a child. */
  command(folder: string, port: number): { line: string[]; environment?: NodeJS.ProcessEnv };
  /** Whether it answers its protocol at this port. */
  ready(port: number): Promise<boolean>;
}

/** Starts a server by its recipe; resolves when it is ready. */
export async function startServer(recipe: Recipe, options: ServerOptions = {}): Promise<Server> {
  const own = options.folder === undefined ? ownFolder(recipe.name) : undefined;
  const folder = own?.path ?? options.folder!;
  const port = options.port ?? (await freePort());
  const data = join(folder, 'data');
  let running: { child: ChildProcess; end: Promise<unknown> } | undefined;

  const prepare = async () => {
    if (existsSync(data)) return;
    const unfinished = `${data}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await recipe.prepare?.(unfinished);
    await rename(unfinished, data);
  };

  const launch = () => {
    const { line, environment } = recipe.command(folder, port);
    const log = openSync(join(folder, 'log'), 'a');
    // The kernel kills the server when this process is gone, even if that was killed itself.
    const child = spawn(program('setpriv'), ['--pdeathsig', 'KILL', ...line], {
      cwd: folder,
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: folder, ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const launched = { child, end: once(child, 'exit').catch(() => undefined) };
    running = launched;
    void launched.end.then(() => {
      if (running === launched) running = undefined;
    });
    return launched;
  };

  const lastLines = () => readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n').slice(-20).join('\n');

  const server: Server = {
    url: recipe.url(port),
    port,
    folder,
    get pid() {
      return running?.child.pid;
    },
    async start() {
      if (running) return;
      await prepare();
      const launched = launch();
      const deadline = Date.now() + START_MILLISECONDS;
      while (!(await recipe.ready(port))) {
        if (running !== launched) throw new Error(`${recipe.name} ended while it started:\n${lastLines()}`);
        if (Date.now() > deadline) {
          await server.kill();
          throw new Error(`${recipe.name} was not ready after ${START_MILLISECONDS / 1000} seconds:\n${lastLines()}`);
        }
        await pause(25);
      }
      if (running !== launched) throw new Error(`${recipe.name} ended as soon as it had started:\n${lastLines()}`);
    },
    async kill() {
      const killed = running;
      killed?.child.kill('SIGKILL');
      await killed?.end;
    },
    async wipe() {
      if (running) throw new Error(`${recipe.name} is up: kill it before its data is wiped`);
      await rm(data, { recursive: true, force: true });
    },
    async stop() {
      const stopped = running;
      if (stopped) {
        stopped.child.kill('SIGTERM');
        const hard = setTimeout(() => stopped.child.kill('SIGKILL'), STOP_MILLISECONDS);
        await stopped.end;
        clearTimeout(hard);
      }
      await own?.remove();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };

  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
