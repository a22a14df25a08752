import type { Context, Host, Module } from '../../kernel/module.ts';
import { fitting } from '../../kernel/plugin-settings.ts';
import type { Seal } from '../../kernel/seal.ts';
import { tried } from '../../kernel/store-settings-schema.ts';
import { type Described, settingsOf } from './descriptions.ts';
import { CHAIN, PluginAtStore, PluginValue } from './entities.ts';
import { settingError } from './errors.ts';

/** What is kept of a plug-in at one place, secrets opened. */
export interface Kept {
  /** False where somebody has switched it off. */
  enabled: boolean;
  values: Record<string, unknown>;
  /** The settings whose kept values are of no use any more: they count as not set. */
  lost: readonly string[];
}

/** What holds of a plug-in at a store, secrets opened. What is kept and does not go together counts as not set. */
export interface Held {
  enabled: boolean;
  values: Record<string, unknown>;
  /** The settings that were set at the very place. */
  own: ReadonlySet<string>;
}

/** Reads what is kept, and seals secrets. */
export interface Keeper {
  /** At one place, a store or the whole chain. */
  at(ctx: Context, plugin: Module, storeId: string): Promise<Kept>;
  /** At a store: what is set there, and besides what is set for the whole chain. */
  held(ctx: Context, plugin: Module, storeId: string): Promise<Held>;
  /** What is kept of a value; undefined for one that cannot be read, which is never shown. */
  readable(setting: Described, row: PluginValue): unknown;
  /** The text by which a value is kept. Throws SECRETS_NOT_KEPT. */
  textOf(setting: Described, place: Omit<PluginValue, 'value'>, json: string): string;
}

const LOST = 'what is kept of settings cannot be read, or does not fit: they count as not set';
const APART = 'what is kept of settings does not go together: they count as not set';

/** Reads what is kept of plug-ins. Without a seal no secret can be read or kept. */
export function keeperOf(host: Host, seal: Seal | undefined): Keeper {
  const placeOf = ({ plugin, storeId, name }: Omit<PluginValue, 'value'>) => JSON.stringify([plugin, storeId, name]);
  /** What was last said of the settings of a plug-in at a store, by what is said of them. */
  const told = new Map<string, string>();

  /** Warns once that settings count as not set, until they are others. */
  function tell(plugin: Module, storeId: string, why: string, settings: readonly string[]): void {
    const place = JSON.stringify([plugin.name, storeId, why]);
    const names = settings.join();
    if (names === (told.get(place) ?? '')) return;
    told.set(place, names);
    if (names === '') told.delete(place);
    else host.log.warn({ plugin: plugin.name, storeId: storeId === CHAIN ? null : storeId, settings }, why);
  }

  function readable({ isSecret }: Described, row: PluginValue): unknown {
    try {
      return JSON.parse(isSecret ? (seal?.open(row.value, placeOf(row)) ?? '') : row.value);
    } catch {
      // Sealed by another key, or before it became a secret or ceased to be one.
      return undefined;
    }
  }

  async function at(ctx: Context, plugin: Module, storeId: string): Promise<Kept> {
    const place = { plugin: plugin.name, storeId };
    const { enabled = true } = (await ctx.em.findOne(PluginAtStore, place)) ?? {};
    const rows = await ctx.em.find(PluginValue, place);
    const described = new Map(settingsOf(plugin).map((one) => [one.name, one]));
    const known = rows.flatMap((row): [string, unknown][] => {
      const setting = described.get(row.name);
      const value = setting && readable(setting, row);
      return setting ? [[row.name, value === undefined ? undefined : tried(setting.takes, value).data]] : [];
    });
    const lost = known.flatMap(([name, value]) => (value === undefined ? name : [])).toSorted();
    return { enabled, values: Object.fromEntries(known.filter(([name]) => !lost.includes(name))), lost };
  }

  return {
    at,
    readable,

    async held(ctx, plugin, storeId) {
      const chain = await at(ctx, plugin, CHAIN);
      const here = storeId === CHAIN ? chain : await at(ctx, plugin, storeId);
      const all = { ...chain.values, ...here.values };
      const { unfit } = fitting(plugin.storeSettings, all);
      tell(plugin, CHAIN, LOST, chain.lost);
      tell(plugin, storeId, LOST, here.lost);
      tell(plugin, storeId, APART, unfit.toSorted());
      const holds = (name: string) => !unfit.includes(name);
      return {
        enabled: chain.enabled && here.enabled,
        values: Object.fromEntries(Object.entries(all).filter(([name]) => holds(name))),
        own: new Set(Object.keys(here.values).filter(holds)),
      };
    },

    textOf({ isSecret }, place, json) {
      if (!isSecret) return json;
      if (!seal) throw settingError('SECRETS_NOT_KEPT');
      return seal.close(json, placeOf(place));
    },
  };
}
