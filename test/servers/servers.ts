import { findProgram } from './machine.ts';
import { startMariadb } from './mariadb.ts';
import { startRabbitmq } from './rabbitmq.ts';
import { startRedis } from './redis.ts';
import type { Server } from './server.ts';

/** The variables that hold the servers' addresses, what a private copy of each needs, and how it is started. */
const KINDS = {
  DATABASE_URL: { programs: ['mariadbd', 'mariadb-install-db'], debian: 'mariadb-server', start: startMariadb },
  RABBITMQ_URL: { programs: ['rabbitmq-server', 'epmd'], debian: 'rabbitmq-server', start: startRabbitmq },
  REDIS_URL: { programs: ['redis-server'], debian: 'redis-server', start: startRedis },
} as const;

type Variable = keyof typeof KINDS;

const variables = Object.keys(KINDS) as Variable[];

/** The addresses of the servers, by the variables that the product reads them from. */
export interface Servers extends AsyncDisposable {
  readonly addresses: Readonly<Record<Variable, string>>;
  /** Stops those that were started here, and leaves alone those that were given. */
  stop(): Promise<void>;
}

/** What stands in the way of tests on servers, a sentence for each; empty when nothing does. */
export function missingServers(): string[] {
  return variables.flatMap((variable) => {
    if (process.env[variable]) return [];
    const { programs, debian } = KINDS[variable];
    const lacking = ['setpriv', ...programs].filter((name) => !findProgram(name));
    if (lacking.length === 0) return [];
    return `${variable} is not set, and ${lacking.join(' and ')} cannot be found (Debian's package is ${debian}).`;
  });
}

/**
 * The servers of DATABASE_URL, RABBITMQ_URL and REDIS_URL; for each that is not set, a private copy that is started
 * now. Throws when one is neither given nor installed, and then leaves none behind.
 */
export async function servers(): Promise<Servers> {
  const missing = missingServers();
  if (missing.length > 0) throw new Error(missing.join(' '));
  const started: Server[] = [];
  const stop = async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
  };
  const found = await Promise.allSettled(
    variables.map(async (variable) => {
      const given = process.env[variable];
      if (given) return [variable, given] as const;
      const server = await KINDS[variable].start();
      started.push(server);
      return [variable, server.url] as const;
    }),
  );
  const failed = found.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const entries = found.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const addresses = Object.fromEntries(entries) as Record<Variable, string>;
  return { addresses, stop, [Symbol.asyncDispose]: stop };
}
