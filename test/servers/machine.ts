import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Socket, connect as tcp } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Debian keeps servers where a user's PATH does not lead, and RabbitMQ's own script behind one that changes user. */
const EXTRA_FOLDERS = ['/usr/lib/rabbitmq/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where a program is installed; undefined when it is not. */
export function findProgram(name: string): string | undefined {
  const folders = [EXTRA_FOLDERS[0]!, ...(process.env['PATH'] ?? '').split(delimiter), ...EXTRA_FOLDERS.slice(1)];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Where a program is installed; throws when it is not. */
export function program(name: string): string {
  const path = findProgram(name);
  if (!path) throw new Error(`${name} is not installed`);
  return path;
}

const given = new Set<number>();

/**
 * A port of loopback that nothing listens on, another one each time. It lies below the ports that systems give to
 * clients (32768 and up): a client that keeps trying a dead server's port would else take it, or connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    if (given.has(port)) continue;
    given.add(port);
    const listener = createServer();
    const free = await new Promise<boolean>((resolve) => {
      listener.once('error', () => resolve(false));
      listener.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    listener.close();
    await once(listener, 'close');
    return port;
  }
}

/**
 * Says these bytes to a port of loopback and looks at what has come back until it is what a ready server answers.
 * False when nobody listens, the connection ends, or a second goes by.
 */
export function answers(port: number, greeting: Uint8Array, ready: (answer: Buffer) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tcp({ port, host: '127.0.0.1', timeout: 1_000 });
    let answer = Buffer.alloc(0);
    const settle = (outcome: boolean) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => socket.write(greeting));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (ready(answer)) settle(true);
    });
    for (const end of ['error', 'timeout', 'close']) socket.once(end, () => settle(false));
  });
}

/** A folder for a server's files. */
export interface OwnFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a folder that is removed even when this process is killed: a shell waits for our end of its pipe to close. */
export function ownFolder(name: string): OwnFolder {
  const path = mkdtempSync(join(tmpdir(), `dinegraph-${name}-`));
  const cleaner = spawn('sh', ['-c', 'read -r _; sleep 1; rm -rf -- "$0"', path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  cleaner.unref();
  (cleaner.stdin as Socket).unref();
  return {
    path,
    async remove() {
      cleaner.kill('SIGKILL');
      await rm(path, { recursive: true, force: true });
    },
  };
}
