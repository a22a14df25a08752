import { join } from 'node:path';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { wallClock } from './opening-hours.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { settings } from './settings.ts';

/** Stores, their tables, and what they sell at which price and when. */
export const menu = defineModule({
  name: 'menu',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  emits: ['menu.changed'],
  setup(host) {
    const services = { host, clock: wallClock(host.clock) };
    return { resolvers: resolvers(services), internal: internalResolvers(services) };
  },
});
