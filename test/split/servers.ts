import type { Servers } from '../../cli/servers.ts';
import { namespaceOf } from './store.ts';

/** What the processes of a test sign their calls with. */
export const CALL_KEYS = 'test:the-same-in-every-process-of-a-test-run';

/** The servers of the run, with names that no other app of it uses; the same names for the same data folder. */
export function splitServers(dataDir: string | undefined): Servers {
  const namespace = namespaceOf(dataDir);
  return {
    storage: { kind: 'mysql', url: given('DATABASE_URL'), namespace },
    rabbitmq: given('RABBITMQ_URL'),
    redis: given('REDIS_URL'),
    namespace,
    callKeys: CALL_KEYS,
  };
}

function given(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`tests of many processes need ${variable}`);
  return value;
}
