import type { RunningModule } from '../kernel/boot.ts';
import type { PersonIdentity } from '../kernel/identity.ts';
import { routeTable } from '../kernel/route-table.ts';
import type { RouteHandler } from '../kernel/routes.ts';

interface Mounted {
  handle: RouteHandler;
  module: RunningModule;
}

/** Answers a request by a module's own route; null when none has its path. */
export type Routes = (request: Request, identity: () => Promise<PersonIdentity>) => Promise<Response | null>;

/** Mounts the modules' routes. Throws when two claim the same method and path. */
export function mountRoutes(modules: Iterable<RunningModule>): Routes {
  const mounted = new Map<string, Mounted>();
  for (const module of modules) {
    for (const [place, handle] of Object.entries(module.parts.routes ?? {})) {
      const owner = mounted.get(place)?.module;
      if (owner) throw new Error(`${module.module.name} and ${owner.module.name} both claim ${place}`);
      mounted.set(place, { module, handle });
    }
  }
  const find = routeTable(mounted);

  return async (request, identity) => {
    const found = find(request.method, new URL(request.url).pathname);
    if (!found) return null;
    const { entry, params } = found;
    return entry.handle({ request, params, ctx: entry.module.context(await identity(), request.signal) });
  };
}
