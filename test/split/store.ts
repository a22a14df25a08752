import { connect } from 'amqplib';
import { createConnection } from 'mysql2/promise';
import type { Servers } from '../../cli/servers.ts';

let made = 0;
const kept = new Map<string, string>();

/** A namespace of an app's own; the same for the same data folder, so that an app finds an earlier one's data. */
export function namespaceOf(dataDir: string | undefined): string {
  const known = dataDir && kept.get(dataDir);
  if (known) return known;
  made += 1;
  const namespace = `t${process.pid.toString(36)}_${made}`;
  if (dataDir) kept.set(dataDir, namespace);
  return namespace;
}

/** The tables of every module, for a test to look into. */
export function tablesOf({ storage, namespace }: Servers) {
  const open = storage.kind === 'mysql' ? createConnection({ uri: storage.url, decimalNumbers: true }) : undefined;
  return {
    async run<Row>(module: string, statement: string, params: readonly unknown[] = []): Promise<Row[]> {
      const connection = await open;
      if (!connection) throw new Error('there is no server');
      await connection.query(`use \`${namespace}_${module.replaceAll('-', '_')}\``);
      const [rows] = await connection.query(statement, [...params]);
      return rows as Row[];
    },
    close: async () => (await open)?.end(),
  };
}

/** Removes an app's databases and queues. */
export async function removeNamespace({ storage, rabbitmq, namespace }: Servers): Promise<void> {
  if (storage.kind !== 'mysql' || !rabbitmq) return;
  const connection = await createConnection({ uri: storage.url });
  const [databases] = await connection.query('show databases like ?', [`${namespace.replaceAll('_', '\\_')}\\_%`]);
  const names = (databases as Record<string, string>[]).flatMap((row) => Object.values(row));
  for (const name of names) await connection.query(`drop database \`${name}\``);
  await connection.end();
  const broker = await connect(rabbitmq);
  const channel = await broker.createChannel();
  for (const name of names)
    await channel.deleteQueue(`${namespace}.events.${name.slice(namespace.length + 1).replaceAll('_', '-')}`);
  await channel.deleteQueue(`${namespace}.dead-letters`);
  await broker.close();
}
