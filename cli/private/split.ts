import { demoPeople } from '../demo/people.ts';
import { CommandFailure } from '../import/refusal.ts';
import { mysqlTables } from '../replay/check/mysql-tables.ts';
import { demoEnvironment } from '../settings.ts';
import type { PrivateProduct } from './products.ts';

/** Before the names of its databases and queues. */
const NAMESPACE = `p${process.pid.toString(36)}`;

/**
 * Starts a product as eight processes, by the command that operators use, on the servers of DATABASE_URL, RABBITMQ_URL
 * and REDIS_URL, or on private copies of those that are not set. Throws a CommandFailure when a server is missing.
 */
export async function startSplit(): Promise<PrivateProduct> {
  // Development's own: an installed product has neither tests nor load tests.
  const { missingServers, servers: startServers } = await import('../../test/servers/servers.ts');
  const { EIGHT, startFleet } = await import('../../test/split/fleet.ts');
  const missing = missingServers();
  if (missing.length > 0) throw new CommandFailure(missing.join(' '));
  await using opening = new AsyncDisposableStack();
  const { addresses } = opening.use(await startServers());
  const servers = {
    storage: { kind: 'mysql', url: addresses.DATABASE_URL, namespace: NAMESPACE },
    rabbitmq: addresses.RABBITMQ_URL,
    redis: addresses.REDIS_URL,
    namespace: NAMESPACE,
    callKeys: `private:${crypto.randomUUID()}`,
  } as const;
  const { name: ADMIN_NAME, pin: ADMIN_PIN } = demoPeople.headquarters;
  const environment = { NODE_ENV: 'production', ...demoEnvironment, ADMIN_NAME, ADMIN_PIN };
  const fleet = opening.use(await startFleet({ shares: EIGHT, environment, servers }));
  const [gateway] = fleet.members('gateway');
  if (!gateway) throw new CommandFailure('a product of its own could not be started');
  const opened = opening.move();
  return {
    url: gateway.url,
    processes: fleet.members().map(({ share, command }) => ({ name: share, pid: command.child.pid as number })),
    openTables: () => mysqlTables(addresses.DATABASE_URL, NAMESPACE),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
