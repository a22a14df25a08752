import { join } from 'node:path';
import { HOUR } from '../../kernel/clock.ts';
import { TokenVerifier } from '../../kernel/identity.ts';
import { defineModule } from '../../kernel/module.ts';
import { provide } from '../../kernel/ports.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolversOf, resolversOf } from './resolvers.ts';
import { servicesOf } from './service/index.ts';
import { settings } from './settings.ts';

/** Diners and staff: who they are, what they may do, and the points that diners earn. */
export const members = defineModule({
  name: 'members',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  async setup(host) {
    const services = await servicesOf(host);
    return {
      resolvers: resolversOf(services),
      internal: internalResolversOf(services),
      on: { 'order.completed': services.points.earn },
      jobs: { purge: { every: HOUR, run: services.purge } },
      routes: [
        {
          method: 'GET',
          path: '/.well-known/jwks.json',
          handle: async () =>
            Response.json(await services.keys.published(), { headers: { 'cache-control': 'public, max-age=300' } }),
        },
      ],
      provides: [provide(TokenVerifier, 'members', services.sessions)],
    };
  },
});
