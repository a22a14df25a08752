import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { answers, program } from './machine.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';

const run = promisify(execFile);

/** MariaDB refuses to run as root unless it is told to. */
const user = process.getuid?.() === 0 ? ['--user=root'] : [];

/** What the files of the redo log are made for: the same when they are made and when they are used. */
const redo = '--innodb-log-file-size=64M';

/** The protocol's version in the greeting, behind the four bytes of the packet's header; an error has 255 there. */
const isGreeting = (answer: Buffer) => answer.length > 4 && answer[4] === 10;

/** Starts MariaDB with nothing in it. Its user is root, without a password, from this machine alone. */
export function startMariadb(options?: ServerOptions): Promise<Server> {
  return startServer(
    {
      name: 'mariadb',
      url: (port) => `mysql://root@127.0.0.1:${port}`,
      async prepare(data) {
        const root = '--auth-root-authentication-method=normal';
        const line = ['--no-defaults', `--datadir=${data}`, root, '--skip-test-db', redo, ...user];
        // Two that are made at once would remove each other's temporary tables.
        await run(program('mariadb-install-db'), line, { env: { ...process.env, TMPDIR: dirname(data) } });
      },
      command: (folder, port) => ({
        line: [
          program('mariadbd'),
          '--no-defaults',
          ...user,
          `--datadir=${join(folder, 'data')}`,
          `--socket=${join(folder, 'socket')}`,
          // Each server removes, when it starts, what others have left in the folder for temporary tables.
          `--tmpdir=${folder}`,
          `--pid-file=${join(folder, 'pid')}`,
          '--bind-address=127.0.0.1',
          `--port=${port}`,
          '--skip-name-resolve',
          '--innodb-flush-log-at-trx-commit=1',
          '--innodb-buffer-pool-size=128M',
          redo,
          '--performance-schema=OFF',
          '--max-connections=500',
          // Each look whether it is ready counts as a failed connection: they must not shut this machine out.
          '--max-connect-errors=4294967295',
          '--character-set-server=utf8mb4',
        ],
      }),
      ready: (port) => answers(port, new Uint8Array(), isGreeting),
    },
    options,
  );
}
