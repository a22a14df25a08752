import type { Module, Transaction } from '../../kernel/module.ts';
import { tried } from '../../kernel/store-settings-schema.ts';
import { type Described, settingsOf } from './descriptions.ts';
import { CHAIN, PluginValue } from './entities.ts';
import { settingError } from './errors.ts';
import type { Keeper } from './kept.ts';

type Values = Readonly<Record<string, unknown>>;

/** What is to be set at a place, as JSON; null for what is taken back. */
export type Change = ReadonlyMap<Described, string | null>;

/**
 * Throws SETTING_NOT_VALID where what would hold after a change does not go together by what the plug-in says of the whole:
 * at the place, and for one of the whole chain also at a store that has set some of it itself, where it does now.
 */
export async function assertWhole(tx: Transaction, keeper: Keeper, plugin: Module, storeId: string, change: Change) {
  const chain = (await keeper.at(tx, plugin, CHAIN)).values;
  if (storeId !== CHAIN) {
    const here = (await keeper.at(tx, plugin, storeId)).values;
    return assertTogether(plugin, { ...chain, ...changed(here, change) });
  }
  const after = changed(chain, change);
  assertTogether(plugin, after);
  const stores = await tx.em.find(PluginValue, { plugin: plugin.name, storeId: { $ne: CHAIN } });
  for (const store of new Set(stores.map((row) => row.storeId))) {
    const own = (await keeper.at(tx, plugin, store)).values;
    if (!apart(plugin, { ...chain, ...own })) assertTogether(plugin, { ...after, ...own }, { storeId: store });
  }
}

/**
 * Throws SETTING_NOT_VALID where a plug-in is to be switched on at a place, and what is kept of it there, or for the whole
 * chain, is of no use any more: whoever switches it on is told that it would not be as it was set. A change may mend it.
 */
export async function assertUsable(tx: Transaction, keeper: Keeper, plugin: Module, storeId: string, change: Change) {
  const chain = await keeper.at(tx, plugin, CHAIN);
  const here = storeId === CHAIN ? chain : await keeper.at(tx, plugin, storeId);
  const named = new Set([...change.keys()].map(({ name }) => name));
  const after = changed(here.values, change);
  const setting =
    here.lost.find((name) => !named.has(name)) ??
    (storeId === CHAIN ? undefined : chain.lost.find((name) => !Object.hasOwn(after, name)));
  if (setting === undefined) return;
  const problem = 'what is kept of it cannot be read, or does not fit any more: set it anew';
  throw settingError('SETTING_NOT_VALID', { setting, problem });
}

/** Values as they are after a change. */
function changed(values: Values, change: Change): Values {
  const after = new Map(Object.entries(values));
  for (const [{ name }, json] of change)
    if (json === null) after.delete(name);
    else after.set(name, JSON.parse(json));
  return Object.fromEntries(after);
}

function assertTogether(plugin: Module, values: Values, where: object = {}): void {
  const found = apart(plugin, values);
  if (found) throw settingError('SETTING_NOT_VALID', { ...where, ...found });
}

/** Why values do not go together; undefined when they do. */
function apart(plugin: Module, values: Values): { setting?: string; problem: string } | undefined {
  const issue = plugin.storeSettings && tried(plugin.storeSettings, values).issues[0];
  if (!issue) return undefined;
  const described = settingsOf(plugin);
  const setting = described.find(({ name }) => name === issue.path[0])?.name;
  // In the plug-in's own words a refusal may quote a secret.
  const problem = described.some(({ isSecret }) => isSecret) ? 'does not go with the other settings' : issue.message;
  return { ...(setting !== undefined && { setting }), problem };
}
