import { isPeriod, PERIOD } from './jobs.ts';
import type { Module, Parts } from './module.ts';
import type { Offer } from './ports.ts';

/**
 * Throws an Error when a module does what it does not declare, or the reverse: other processes go by the declaration.
 * Throws as well for a job that no timer could run as often as it says.
 */
export function assertDeclared({ name, consumes = [], routes = [], page, provides = [] }: Module, parts: Parts): void {
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
}
