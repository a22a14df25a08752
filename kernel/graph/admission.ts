import { toChange } from '../asking.ts';
import { misfit } from '../contract.ts';
import type { EventName } from '../events/events.ts';
import type { Module } from '../module.ts';
import { oneLine } from '../one-line.ts';
import { isPlace, isReserved, overlap } from '../route-table.ts';
import { storeSettingsFault } from '../store-settings-schema.ts';
import { compose } from './compose.ts';
import { type PartAdder, type PartOwner, scopesAsked, trespass } from './trespass.ts';

/** The modules of a product, and the plug-ins that it goes without, each with the reason in one line. */
export interface Admitted {
  readonly modules: readonly Module[];
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Looks at plug-ins from outside before anything of them runs: whether they fit the contract, take nothing that is
 * another's, and make one graph with all others. One that does not is left out, and the others are not.
 */
export async function admit(own: readonly Module[], plugins: readonly Module[]): Promise<Admitted> {
  const modules = [...own];
  const refused = new Map<string, string>();
  for (const plugin of plugins) {
    const reason = unfit(plugin, modules) ?? (await notOneGraph([...modules, plugin]));
    if (reason === undefined) modules.push(plugin);
    else refused.set(plugin.name, reason);
  }
  return { modules, refused };
}

/** A folder, a database, a queue and an environment's variable are named after it. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 40;

/** Why a plug-in does not fit the others, by its declaration alone; undefined when it does. */
export function unfit(plugin: Module, others: readonly Module[]): string | undefined {
  const { name, contract, routes = [], provides = [] } = plugin;
  if (!NAME.test(name) || name.length > LONGEST || name === 'gateway')
    return `its name is not in small letters, digits and single hyphens, ${LONGEST} at the most`;
  const wrong = misfit(contract);
  if (wrong) return wrong;
  const unset = storeSettingsFault(plugin.storeSettings);
  if (unset) return unset;
  const nowhere = routes.find((one) => !isPlace(one));
  if (nowhere) return `its route ${nowhere} is not like GET /box/:id`;
  const reserved = routes.find(isReserved);
  if (reserved) return `its route ${reserved} is the product's own`;
  for (const other of others) {
    if (other.name === name) return 'its name is taken';
    const met = other.routes?.find((one) => routes.some((mine) => overlap(mine, one)));
    if (met) return `its routes meet ${met} of ${other.name}`;
    const offer = other.provides?.find((one) => provides.some((mine) => isSame(mine, one)));
    if (offer) return `its ${offer.token.name} "${offer.name}" is one of ${other.name}`;
  }
  return unknownScope(plugin, others) ?? unheard(plugin, others) ?? partUnfit(plugin, others);
}

type Offered = NonNullable<Module['provides']>[number];

const isSame = (one: Offered, other: Offered) => one.token.name === other.token.name && one.name === other.name;

/** A scope that stands for nothing, since it is misspelt for instance: what it was meant for would be refused later. */
function unknownScope({ scopes = [] }: Module, others: readonly Module[]): string | undefined {
  const known = others.flatMap(({ name, readBy, internal, schema }) => [
    ...(readBy === undefined ? [] : [readBy]),
    ...(internal === undefined ? [] : [toChange(name)]),
    ...scopesAsked(schema),
  ]);
  const found = scopes.find((scope) => !known.includes(scope));
  if (found === undefined) return undefined;
  return `its scope ${oneLine(found)} is none; there are ${[...new Set(known)].toSorted().join(', ')}`;
}

/** An event that a plug-in wants to be told of and may not be, that nobody makes known, or that is not its to make known. */
function unheard(plugin: Module, others: readonly Module[]): string | undefined {
  const { consumes = [], emits = [], scopes = [] } = plugin;
  for (const event of consumes) {
    const sources = sourcesOf(event, [plugin, ...others]);
    if (sources.length === 0) return `it consumes ${event}, which no module emits`;
    const closed = sources.find(({ readBy }) => readBy !== undefined && !scopes.includes(readBy));
    if (closed && closed !== plugin) return `it consumes ${event}, which needs the scope ${closed.readBy}`;
  }
  // Plug-ins may tell of the same, such as the payment providers.
  for (const event of emits) {
    const owner = sourcesOf(event, others).find(({ contract }) => contract === undefined);
    if (owner) return `its event ${event} is one of ${owner.name}`;
  }
  return undefined;
}

function sourcesOf(event: EventName, modules: readonly Module[]): readonly Module[] {
  return modules.filter(({ emits }) => emits?.includes(event));
}

/** How a plug-in's part of the graph trespasses on those of others, or that it is none; undefined when neither. */
export function partUnfit(plugin: PartAdder, others: readonly PartOwner[]): string | undefined {
  try {
    return trespass(plugin, others);
  } catch (error) {
    return `its part of the graph cannot be read: ${oneLine((error as Error).message)}`;
  }
}

/** Why the parts do not make one graph; undefined when they do. */
export async function notOneGraph(modules: readonly Pick<Module, 'name' | 'schema'>[]): Promise<string | undefined> {
  try {
    await compose(modules);
    return undefined;
  } catch (error) {
    return reasonsOf(error);
  }
}

/** What a failed composition says, in one line. */
export function reasonsOf(error: unknown): string {
  return `its part of the graph does not fit the others: ${oneLine((error as Error).message)}`;
}
