import { join } from 'node:path';
import { z } from 'zod';
import { definePlugin } from '../../kernel/module.ts';
import { PluginSettings } from '../../kernel/plugin-settings.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { sealingKey, sealWith } from '../../kernel/seal.ts';
import { entities } from './entities.ts';
import { resolvers } from './resolvers.ts';
import { settingsService } from './service.ts';

/** What each store sets of the plug-ins, and whether they work there; without it, all is as it is by default. */
export const pluginSettings = definePlugin({
  name: 'plugin-settings',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings: z.object({
    /** What secrets are encrypted with; without it none are taken. The same in every process, and kept safe. */
    key: sealingKey.optional(),
  }),
  provides: [offer(PluginSettings, 'plugin-settings')],
  setup(host) {
    const { key } = host.settings;
    const service = settingsService(host, key === undefined ? undefined : sealWith(key, host.name));
    return {
      resolvers: resolvers(service),
      provides: [provide(PluginSettings, 'plugin-settings', { read: service.read, switchedOff: service.switchedOff })],
    };
  },
});
