import type { RunningModule } from '../kernel/boot.ts';
import type { PersonIdentity } from '../kernel/identity.ts';
import type { RouteHandler } from '../kernel/routes.ts';

interface Mounted {
  method: string;
  pattern: URLPattern;
  handle: RouteHandler;
  module: RunningModule;
}

/** Answers a request by a module's own route; null when none has its path. */
export type Routes = (request: Request, identity: () => Promise<PersonIdentity>) => Promise<Response | null>;

/** Mounts the modules' routes. Throws when two claim the same method and path. */
export function mountRoutes(modules: Iterable<RunningModule>): Routes {
  const mounted: Mounted[] = [];
  const owners = new Map<string, string>();
  for (const module of modules) {
    for (const [place, handle] of Object.entries(module.parts.routes ?? {})) {
      const owner = owners.get(place);
      if (owner) throw new Error(`${module.module.name} and ${owner} both claim ${place}`);
      owners.set(place, module.module.name);
      const [method = '', pathname = ''] = place.split(' ');
      mounted.push({ method, module, handle, pattern: new URLPattern({ pathname }) });
    }
  }

  return async (request, identity) => {
    const { pathname } = new URL(request.url);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    for (const { method: own, pattern, handle, module } of mounted) {
      const match = own === method && pattern.exec({ pathname });
      if (!match) continue;
      const params = Object.fromEntries(
        Object.entries(match.pathname.groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
      );
      return handle({ request, params, ctx: module.context(await identity(), request.signal) });
    }
    return null;
  };
}
