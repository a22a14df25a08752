import { isPeriod, PERIOD } from './jobs.ts';
import type { Module, Parts } from './module.ts';
import type { Offer } from './ports.ts';
import { assertLive, assertResolves } from './resolved.ts';
import { readInternal, subgraphSdl } from './sdl.ts';

/** What `setup` may return: an object of parts, each of its own form. Throws an Error that names the first that is not. */
export function assertParts(name: string, given: unknown): asserts given is Parts {
  const refuse = (what: string) => {
    throw new Error(`${name} returns ${what} from setup`);
  };
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(given)) refuse('no object of parts');
  const parts = given as Record<string, unknown>;
  for (const part of ['resolvers', 'internal', 'live', 'on', 'jobs', 'routes'])
    if (parts[part] !== undefined && !isObject(parts[part])) refuse(`${part} that are no object`);
  for (const part of ['on', 'routes'])
    for (const [place, handle] of Object.entries(parts[part] ?? {}))
      if (typeof handle !== 'function') refuse(`what is no function for ${place}`);
  for (const [job, given] of Object.entries(parts['jobs'] ?? {}))
    if (!isObject(given) || typeof (given as { run?: unknown }).run !== 'function') refuse(`no run for its job ${job}`);
  for (const part of ['health', 'close'])
    if (parts[part] !== undefined && typeof parts[part] !== 'function') refuse(`a ${part} that is no function`);
}

/**
 * Throws an Error when a module does what it does not declare, or the reverse: other processes go by the declaration.
 * Throws as well for a job that no timer could run as often as it says.
 */
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
  for (const [job, { every }] of Object.entries(parts.jobs ?? {}))
    if (!isPeriod(every)) throw new Error(`${name} has its job ${job} every ${String(every)}; expected ${PERIOD}`);
  if (missing) throw new Error(`${name} declares to consume ${missing}, and has no handler for it`);
  if (schema) {
    const { resolvers = {}, live = {} } = parts;
    assertResolves(name, subgraphSdl(schema), resolvers);
    assertLive(name, subgraphSdl(schema), resolvers, live);
  }
  if (internal) assertResolves(`${name} internal`, readInternal(internal), parts.internal ?? {});
}
