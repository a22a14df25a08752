import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answers, freePort, program } from './machine.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';

/** The header by which a client opens AMQP 0-9-1. */
const header = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);

/** A frame that holds the method `connection.start`. */
const isStart = (answer: Buffer) => answer.length >= 11 && answer[0] === 1 && answer.readUInt32BE(7) === 0x000a000a;

/**
 * Erlang's nodes find each other by epmd, and a node starts one that would outlive it. So this node gets its own:
 * the shell that starts it becomes the broker by `exec`, thereby epmd's parent, and epmd dies with its parent.
 */
const SCRIPT = '"$1" --pdeathsig KILL "$2" & exec "$3"';

/**
 * Starts RabbitMQ without plugins, with the user guest. It takes AMQP once it is ready. A quorum queue that is declared
 * is safe from a kill only some three seconds later: see {@link queueOnDisk}.
 */
export async function startRabbitmq(options?: ServerOptions): Promise<Server> {
  const epmdPort = String(await freePort());
  const nodePort = String(await freePort());
  return startServer(
    {
      name: 'rabbitmq',
      url: (port) => `amqp://guest:guest@127.0.0.1:${port}`,
      command(folder, port) {
        const file = (name: string) => join(folder, name);
        // The log of quorum queues is 512 MB before it is rolled over, and as much memory.
        writeFileSync(file('rabbitmq.conf'), 'raft.wal_max_size_bytes = 64000000\n');
        return {
          line: ['/bin/sh', '-c', SCRIPT, 'sh', program('setpriv'), program('epmd'), program('rabbitmq-server')],
          environment: {
            // Else its script stays, as the parent of the broker.
            RUNNING_UNDER_SYSTEMD: 'true',
            ERL_EPMD_ADDRESS: '127.0.0.1',
            ERL_EPMD_PORT: epmdPort,
            RABBITMQ_NODENAME: 'rabbit@localhost',
            RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
            RABBITMQ_NODE_PORT: String(port),
            RABBITMQ_DIST_PORT: nodePort,
            RABBITMQ_MNESIA_BASE: file('data'),
            RABBITMQ_LOG_BASE: file('logs'),
            RABBITMQ_LOGS: '-',
            RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
            RABBITMQ_ADVANCED_CONFIG_FILE: file('advanced.config'),
            RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf'),
            RABBITMQ_GENERATED_CONFIG_DIR: file('generated'),
            RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins'),
            // Else it keeps to the first core, however busy that is.
            RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}',
          },
        };
      },
      ready: (port) => answers(port, header, isStart),
    },
    options,
  );
}

/**
 * Resolves when a quorum queue of vhost "/" outlives a kill of its broker, some three seconds after its declaration;
 * rejects after ten. RabbitMQ 3.10 answers the declaration before the file that lists its quorum queues is written.
 * Killed before that, it starts again with a queue that has no leader: `consume` and confirms never answer.
 */
export async function queueOnDisk({ folder }: Server, queue: string): Promise<void> {
  const names = join(folder, 'data/rabbit@localhost/quorum/rabbit@localhost/names.dets');
  const deadline = Date.now() + 10_000;
  while (!(await readFile(names)).includes(`%2F_${queue}`)) {
    if (Date.now() > deadline) throw new Error(`the quorum queue ${queue} is not on disk after ten seconds`);
    await pause(50);
  }
}
