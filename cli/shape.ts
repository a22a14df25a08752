import type { Module } from '../kernel/module.ts';
import { ConfigurationError } from '../kernel/settings.ts';

/** What the processes of a product are made of, and this process's share of it. */
export interface Shape {
  /** Every module of the product. */
  readonly modules: readonly Module[];
  /** Those that this process hosts. */
  readonly hosted: readonly Module[];
  /** Those that other processes host. */
  readonly elsewhere: readonly Module[];
  /** Whether this process is a gateway. */
  readonly gateway: boolean;
}

const GATEWAY = 'gateway';

/** What a process is called in traces: `dinegraph`, or `dinegraph-orders` for one that hosts orders alone. */
export function serviceOf({ hosted, elsewhere, gateway }: Shape): string {
  if (elsewhere.length === 0) return 'dinegraph';
  return ['dinegraph', ...(gateway ? [GATEWAY] : []), ...hosted.map(({ name }) => name)].join('-');
}

/** The whole product in one process. */
export function whole(modules: readonly Module[]): Shape {
  return { modules, hosted: modules, elsewhere: [], gateway: true };
}

/**
 * The share of a process that hosts what is named: modules, and `gateway`. Nothing named is the whole product.
 * Throws a ConfigurationError for a name that is none.
 */
export function shapeOf(modules: readonly Module[], names: readonly string[]): Shape {
  if (names.length === 0) return whole(modules);
  const known = [GATEWAY, ...modules.map(({ name }) => name)];
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new ConfigurationError(`There is no "${stranger}" to start; there are ${known.join(', ')}.`);
  const chosen = new Set(names);
  return {
    modules,
    hosted: modules.filter(({ name }) => chosen.has(name)),
    elsewhere: modules.filter(({ name }) => !chosen.has(name)),
    gateway: chosen.has(GATEWAY),
  };
}
