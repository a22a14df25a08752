import { join } from 'node:path';
import { HOUR } from '../../kernel/clock.ts';
import { TokenVerifier } from '../../kernel/identity.ts';
import { type Context, defineModule } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { openKeyring } from './service/keys.ts';
import { earnPoints } from './service/points.ts';
import { purgeSessions, sessions } from './service/sessions.ts';
import { purgeGuards } from './service/sign-in-guard.ts';
import { tokenMint } from './service/tokens.ts';
import { settings } from './settings.ts';

/** Diners and staff: who they are, what they may do, and the points that diners earn. */
export const members = defineModule({
  name: 'members',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  consumes: ['order.completed'],
  readBy: 'members:read',
  routes: ['GET /.well-known/jwks.json'],
  provides: [offer(TokenVerifier, 'members')],
  async setup(host) {
    const keys = await openKeyring(host);
    const services = { host, sessions: sessions(host, tokenMint(host, keys)) };
    const purge = async (ctx: Context) => {
      await purgeSessions(host, ctx);
      await purgeGuards(host, ctx);
    };
    return {
      resolvers: resolvers(services),
      internal: internalResolvers(services),
      on: { 'order.completed': earnPoints },
      jobs: { purge: { every: HOUR, run: purge } },
      routes: {
        'GET /.well-known/jwks.json': async () =>
          Response.json(await keys.published(), { headers: { 'cache-control': 'public, max-age=300' } }),
      },
      provides: [provide(TokenVerifier, 'members', services.sessions)],
    };
  },
});
