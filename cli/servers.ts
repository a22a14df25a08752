import type { Storage } from '../kernel/database/database.ts';
import type { ProcessSettings } from './settings.ts';

/** The servers that the processes of a product share. Nothing but storage is needed by a product of one process. */
export interface Servers {
  storage: Storage;
  /** RabbitMQ, which carries events between processes: amqp://... */
  rabbitmq?: string | undefined;
  /** Redis, which carries live updates between processes and holds what may be lost: redis://... */
  redis?: string | undefined;
  /** Stands before the names of databases, queues and keys, so that several products may share the servers. */
  namespace: string;
  /** What calls between processes are signed with: `2026b:SECRET,2026a:SECRET`. */
  callKeys?: string | undefined;
}

/** No servers: SQLite in a folder. */
export function embedded(folder: string): Servers {
  return { storage: { kind: 'sqlite', folder }, namespace: 'dinegraph' };
}

/** The servers that the settings name; without any, SQLite in a folder. */
export function serversOf(settings: ProcessSettings, folder: string): Servers {
  const { rabbitmqUrl, redisUrl, namespace, callKeys } = settings;
  return { storage: storageOf(settings, folder), rabbitmq: rabbitmqUrl, redis: redisUrl, namespace, callKeys };
}

/** Where the databases are: on DATABASE_URL's server, or in a folder. */
export function storageOf({ databaseUrl, namespace }: ProcessSettings, folder: string): Storage {
  if (!databaseUrl) return { kind: 'sqlite', folder };
  return { kind: 'mysql', url: databaseUrl, namespace };
}
