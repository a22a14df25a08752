import type { Resolvers } from '../../schema/types/remote-plugins.ts';
import type { Deliveries } from './service/deliveries.ts';
import type { Registry } from './service/registry.ts';

/** The public graph of remote plug-ins. */
export function resolvers(registry: Registry, deliveries: Deliveries): Resolvers {
  return {
    Query: {
      remotePlugins: (_, _args, ctx) => registry.list(ctx),
      remotePluginChanges: (_, args, ctx) => registry.changes(ctx, args),
    },
    Mutation: {
      registerPlugin: (_, { input }, ctx) => registry.register(ctx, input),
      setRemotePlugin: (_, { input }, ctx) => registry.enable(ctx, input.name, input.enabled),
      renewPluginSecret: (_, { name }, ctx) => registry.renew(ctx, name),
      removePlugin: (_, { name }, ctx) => registry.remove(ctx, name),
      replayDeliveries: (_, { input }, ctx) => deliveries.replay(ctx, input),
      skipDelivery: (_, { id }, ctx) => deliveries.skip(ctx, id),
    },
    RemotePlugin: {
      deliveries: ({ name }, { state, ...args }, ctx) => deliveries.of(ctx, name, state ?? null, args),
    },
    WebhookDelivery: {
      nextAttemptAt: ({ state, dueAt }) => (state === 'PENDING' ? dueAt : null),
    },
  };
}
