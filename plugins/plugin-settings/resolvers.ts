import type { Resolvers } from '../../schema/types/plugin-settings.ts';
import { settingsOf } from './descriptions.ts';
import type { SetPlugin, SettingsService } from './service.ts';

/** The public graph of settings. */
export function resolvers(service: SettingsService): Resolvers {
  return {
    Query: {
      plugins: async (_, { storeId }, ctx) => (await service.list(ctx, storeId ?? null)).map(shown),
      pluginChanges: (_, { storeId, ...args }, ctx) => service.changes(ctx, storeId ?? null, args),
    },
    Mutation: {
      setPlugin: async (_, { input }, ctx) => shown(await service.set(ctx, input)),
    },
  };
}

function shown({ plugin, enabled, values, own }: SetPlugin) {
  return {
    name: plugin.name,
    enabled,
    settings: settingsOf(plugin).map(({ name, description, schema, isSecret, byDefault }) => {
      const value = Object.hasOwn(values, name) ? values[name] : byDefault;
      return {
        name,
        description,
        schema,
        isSecret,
        isSet: own.has(name),
        value: isSecret ? null : (JSON.stringify(value) ?? null),
      };
    }),
  };
}
