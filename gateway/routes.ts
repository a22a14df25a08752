import type { RunningModule } from '../kernel/boot.ts';
import type { PersonIdentity } from '../kernel/identity.ts';
import type { Route } from '../kernel/routes.ts';

interface Mounted {
  route: Route;
  pattern: URLPattern;
  module: RunningModule;
}

/** Answers a request by a module's own route; null when none has its path. */
export type RouteHandler = (request: Request, identity: () => Promise<PersonIdentity>) => Promise<Response | null>;

/** Mounts the modules' routes. Throws when two claim the same method and path. */
export function mountRoutes(modules: Iterable<RunningModule>): RouteHandler {
  const mounted: Mounted[] = [];
  const owners = new Map<string, string>();
  for (const module of modules) {
    for (const route of module.parts.routes ?? []) {
      const place = `${route.method} ${route.path}`;
      const owner = owners.get(place);
      if (owner) throw new Error(`${module.module.name} and ${owner} both claim ${place}`);
      owners.set(place, module.module.name);
      mounted.push({ route, module, pattern: new URLPattern({ pathname: route.path }) });
    }
  }

  return async (request, identity) => {
    const { pathname } = new URL(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    for (const { route, pattern, module } of mounted) {
      const match = route.method === method && pattern.exec({ pathname });
      if (!match) continue;
      const params = Object.fromEntries(
        Object.entries(match.pathname.groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
      );
      return route.handle({ request, params, ctx: module.context(await identity(), request.signal) });
    }
    return null;
  };
}
