import type { Module, Parts } from './module.ts';
import type { Offer } from './ports.ts';
import { assertLive, assertResolves } from './resolved.ts';
import { internalSdl, subgraphSdl } from './sdl.ts';

/** Throws an Error when a module does what it does not declare, or the reverse: other processes go by the declaration. */
export function assertDeclared(module: Module, parts: Parts): void {
  const { name, consumes = [], routes = [], page, provides = [], schema, internal } = module;
  const differ = (what: string, declared: readonly string[], done: readonly string[]) => {
    const stray = done.find((one) => !declared.includes(one));
    if (stray) throw new Error(`${name} ${what} ${stray}, which its declaration does not list`);
  };
  const offers = (list: readonly Offer[]) => list.map((offer) => `${offer.token.name} "${offer.name}"`);
  const handled = Object.keys(parts.on ?? {});
  differ('handles', consumes, handled);
  differ('answers', routes, Object.keys(parts.routes ?? {}));
  if (page && !routes.includes(`GET ${page.path}`))
    throw new Error(`${name} has its page at ${page.path}, and no route GET ${page.path}`);
  differ('provides', offers(provides), offers(parts.provides ?? []));
  const missing = consumes.find((event) => !handled.includes(event));
  if (missing) throw new Error(`${name} declares to consume ${missing}, and has no handler for it`);
  if (schema) {
    const { resolvers = {}, live = {} } = parts;
    assertResolves(name, subgraphSdl(schema), resolvers);
    assertLive(name, subgraphSdl(schema), resolvers, live);
  }
  if (internal) assertResolves(`${name} internal`, internalSdl(internal), parts.internal ?? {});
}
