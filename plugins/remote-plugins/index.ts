import { join } from 'node:path';
import { z } from 'zod';
import { DAY, SECOND } from '../../kernel/clock.ts';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { RemotePlugins } from '../../kernel/remote-plugins.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { sealingKey, sealWith } from '../../kernel/seal.ts';
import { EVENTS, entities } from './entities.ts';
import { resolvers } from './resolvers.ts';
import { deliveriesOf } from './service/deliveries.ts';
import { enqueue } from './service/enqueue.ts';
import { registryOf } from './service/registry.ts';
import { senderOf } from './service/sender.ts';

/** Plug-ins in any language: services that answer for a part of the graph and are sent signed webhooks for events. */
export const remotePlugins = definePlugin({
  name: 'remote-plugins',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings: z.object({
    /** What their secrets are encrypted with; without it none can be registered. The same in every process. */
    key: sealingKey.optional(),
    /** How long deliveries that need nothing any more are shown. */
    keepDays: z.coerce.number({ error: 'expected days' }).int().min(1).default(30),
  }),
  consumes: EVENTS,
  scopes: ['orders:read', 'kitchen:read'],
  provides: [offer(RemotePlugins, 'remote-plugins')],
  setup(host) {
    const { key, keepDays } = host.settings;
    const registry = registryOf(host, key === undefined ? undefined : sealWith(key, host.name));
    const sender = senderOf(host, registry);
    const deliveries = deliveriesOf(host);
    return {
      resolvers: resolvers(registry, deliveries),
      on: Object.fromEntries(EVENTS.map((event) => [event, enqueue])),
      jobs: {
        send: { every: SECOND, run: async () => sender.wake() },
        forget: { every: DAY, run: (ctx) => deliveries.forget(ctx, keepDays) },
      },
      provides: [provide(RemotePlugins, 'remote-plugins', { parts: registry.parts })],
      close: () => sender.stop(),
    };
  },
});
