import type { LiveChannel } from './live/live.ts';
import type { Logger } from './log.ts';
import type { Module } from './module.ts';
import { type PortRegistry, port } from './ports.ts';
import type { SettingsSchema } from './settings.ts';
import { tried } from './store-settings-schema.ts';

/** What is kept of a plug-in at a store. */
export interface KeptSettings {
  /** Whether the plug-in works at the store. */
  enabled: boolean;
  /** What was set there, by name; what was not is the schema's default. */
  values: Readonly<Record<string, unknown>>;
}

/** Keeps what stores set of plug-ins, secrets included. The one implementation is the plug-in `plugin-settings`. */
export interface PluginSettings {
  read(plugin: string, storeId: string): Promise<KeptSettings>;
  /** The plug-ins that are switched off for the whole chain. */
  switchedOff(): Promise<readonly string[]>;
}

/** The port by which every module reads what a store has set. */
export const PluginSettings = port<PluginSettings>('PluginSettings', { looksUp: true });

/** Everybody who reads settings hears by this topic that some were changed. */
export const SETTINGS_CHANGED = 'plugin-settings';

/** How a plug-in is set at a store. */
export interface AtStore<S = Readonly<Record<string, unknown>>> {
  readonly enabled: boolean;
  readonly settings: S;
}

/** How long what was read is believed without asking again, in milliseconds; a change is heard of before. */
const BELIEVED = 5_000;
/** Of how many stores it is kept. */
const CAPACITY = 1_000;

/** How a module is set at a store; the answer is at most some seconds old. */
export type StoreSettings = (storeId: string) => Promise<AtStore>;

/** Where settings are read from. */
export interface StoreSettingsOptions {
  module: Module;
  ports: PortRegistry;
  live: LiveChannel;
  log: Logger;
}

/** Makes what answers how a module is set at a store. Without the plug-in that keeps settings, defaults are. */
export function storeSettings({ module, ports, live, log }: StoreSettingsOptions): StoreSettings {
  const known = new Map<string, { until: number; answer: Promise<AtStore> }>();
  const forget = () => known.clear();
  let listening: Promise<unknown> | undefined;

  async function read(storeId: string): Promise<AtStore> {
    const { enabled, values } = (await ports.only(PluginSettings)?.read(module.name, storeId)) ?? NOTHING;
    const { settings, unfit } = fitting(module.storeSettings, values);
    if (unfit.length > 0) log.warn({ storeId, settings: unfit }, 'settings do not fit any more, and are as by default');
    return { enabled, settings };
  }

  return async (storeId) => {
    listening ??= live.listen([SETTINGS_CHANGED], { heard: forget, missed: forget });
    await listening;
    const found = known.get(storeId);
    if (found && found.until > performance.now()) return found.answer;
    const answer = read(storeId);
    known.delete(storeId);
    known.set(storeId, { until: performance.now() + BELIEVED, answer });
    const [oldest] = known.keys();
    if (known.size > CAPACITY && oldest !== undefined) known.delete(oldest);
    answer.catch(() => known.delete(storeId));
    return answer;
  };
}

const NOTHING: KeptSettings = { enabled: true, values: {} };

/** What holds of what was set, and the names of what does not. */
export interface Fitting {
  settings: Readonly<Record<string, unknown>>;
  unfit: readonly string[];
}

/**
 * What was set, as far as it fits the schema of today; a newer version of a plug-in may want something else. What does not
 * fit is as it is by default, and so is all where it cannot be said what does not.
 */
export function fitting(schema: SettingsSchema | undefined, values: Readonly<Record<string, unknown>>): Fitting {
  if (!schema) return { settings: {}, unfit: [] };
  const whole = tried(schema, values);
  if (whole.data) return { settings: whole.data, unfit: [] };
  const bad = new Set(whole.issues.map(({ path }) => String(path[0] ?? '')));
  const rest = tried(schema, Object.fromEntries(Object.entries(values).filter(([name]) => !bad.has(name))));
  const names = Object.keys(values);
  if (rest.data) return { settings: rest.data, unfit: names.filter((name) => bad.has(name)) };
  return { settings: schema.parse({}), unfit: names };
}
