import type { Elsewhere, Running } from '../kernel/boot.ts';
import type { OuterIdentity } from '../kernel/identity.ts';
import type { Module } from '../kernel/module.ts';
import { routeTable } from '../kernel/route-table.ts';
import { rename } from '../kernel/telemetry/trace.ts';

/** Answers a request by a module's own route; null when none has its path. */
export type Routes = (request: Request, identity: () => Promise<OuterIdentity>) => Promise<Response | null>;

/** Answers at one place. */
type Answer = (
  request: Request,
  params: Readonly<Record<string, string>>,
  identity: OuterIdentity,
) => Response | Promise<Response>;

/**
 * Mounts the routes that the modules declare: those of this process are called, those of others passed on.
 * Throws when two modules claim the same method and path. Those of a module that is not served just now are not there.
 */
export function mountRoutes(
  modules: readonly Module[],
  running: Running,
  elsewhere: Elsewhere | undefined,
  isServed: (module: string) => boolean,
): Routes {
  const owners = new Map<string, string>();
  const mounted = new Map<string, { module: string; answer: Answer }>();
  for (const { name, routes = [] } of modules) {
    for (const place of routes) {
      const owner = owners.get(place);
      if (owner) throw new Error(`${name} and ${owner} both claim ${place}`);
      owners.set(place, name);
      const here = running.modules.get(name);
      const handle = here?.parts.routes?.[place];
      if (here && handle)
        mounted.set(place, {
          module: name,
          answer: (request, params, identity) =>
            handle({ request, params, ctx: here.context(identity, request.signal) }),
        });
      else if (!here && elsewhere)
        mounted.set(place, {
          module: name,
          answer: (request, _params, identity) => elsewhere.remote.route(name, request, identity),
        });
    }
  }
  const find = routeTable(mounted);

  return async (request, identity) => {
    const found = find(request.method, new URL(request.url).pathname);
    if (!found || !isServed(found.entry.module)) return null;
    rename(found.place);
    return found.entry.answer(request, found.params, await identity());
  };
}
