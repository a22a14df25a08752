import { join } from 'node:path';
import { answers, program } from './machine.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';

/** Starts Redis, which keeps nothing on disk: a kill empties it. */
export function startRedis(options?: ServerOptions): Promise<Server> {
  return startServer(
    {
      name: 'redis',
      url: (port) => `redis://127.0.0.1:${port}`,
      command: (folder, port) => ({
        line: [
          program('redis-server'),
          ...['--bind', '127.0.0.1', '--port', String(port), '--dir', join(folder, 'data')],
          ...['--save', '', '--appendonly', 'no'],
        ],
      }),
      ready: (port) => answers(port, Buffer.from('PING\r\n'), (answer) => answer.toString().startsWith('+PONG')),
    },
    options,
  );
}
