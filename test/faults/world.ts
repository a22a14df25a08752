import type { Servers } from '../../cli/servers.ts';
import { randomOf } from '../random.ts';
import type { Server } from '../servers/server.ts';
import { startFleet } from '../split/fleet.ts';
import { CALL_KEYS } from '../split/servers.ts';
import { namespaceOf } from '../split/store.ts';
import type { FaultWorld } from './scenario.ts';
import { watch } from './watch.ts';

/** What a run chooses for its scenarios. */
export interface WorldOptions
  extends Pick<FaultWorld, 'servers' | 'minutes' | 'scale' | 'patience' | 'points' | 'say'> {
  seed: number;
}

/** Makes what one scenario stands on. It ends, with all that was started in it, when it is disposed of. */
export function makeWorld(options: WorldOptions): FaultWorld & AsyncDisposable {
  const { servers, seed, minutes, scale, patience, points, say } = options;
  const running = new AsyncDisposableStack();
  const newProduct = () => productOn(servers);
  return {
    servers,
    random: randomOf(seed),
    minutes,
    scale,
    patience,
    points,
    say,
    newProduct,
    async startFleet(plan, product = newProduct()) {
      const fleet = running.use(await startFleet({ ...plan, servers: product }));
      await watch(product);
      return fleet;
    },
    watchEvents: watch,
    defer(end) {
      running.defer(async () => void (await end()));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Names of a new product's own on these servers. */
function productOn({ mariadb, rabbitmq, redis }: FaultWorld['servers']): Servers {
  const namespace = namespaceOf(undefined);
  return {
    storage: { kind: 'mysql', url: mariadb.url, namespace },
    rabbitmq: rabbitmq.url,
    redis: redis.url,
    namespace,
    callKeys: CALL_KEYS,
  };
}

/** Starts those of the servers that are down. */
export async function bringUp(servers: Readonly<Record<string, Server>>): Promise<void> {
  await Promise.all(Object.values(servers).map((server) => server.start()));
}
