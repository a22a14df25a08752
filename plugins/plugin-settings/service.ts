import { ensureRow } from '../../kernel/database/insert-new.ts';
import { callerOf, requireScope } from '../../kernel/identity.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context, Host, Module, Transaction } from '../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../kernel/paging.ts';
import { type KeptSettings, SETTINGS_CHANGED } from '../../kernel/plugin-settings.ts';
import type { Seal } from '../../kernel/seal.ts';
import { SWITCH } from '../../kernel/store-settings-schema.ts';
import type { SetPluginInput } from '../../schema/types/plugin-settings.ts';
import { KnownStoreDocument } from '../../schema/types/plugin-settings-asks-menu.ts';
import { type Described, settingsOf } from './descriptions.ts';
import { CHAIN, PluginAtStore, PluginChange, PluginValue } from './entities.ts';
import { settingError } from './errors.ts';
import { type Held, keeperOf } from './kept.ts';
import { textIn } from './value.ts';
import { assertUsable, assertWhole } from './whole.ts';

/** Who may see and change what stores set. */
const SCOPE = 'plugins:manage';

/** A plug-in as it is set at a store, secrets opened: they are left out where it is shown. */
export interface SetPlugin extends Held {
  plugin: Module;
}

/** What the module does. */
export interface SettingsService {
  /** At a store; null is the whole chain. */
  list(ctx: Context, storeId: string | null): Promise<SetPlugin[]>;
  changes(ctx: Context, storeId: string | null, args: PageArgs): Promise<Connection<PluginChange>>;
  set(ctx: Context, input: SetPluginInput): Promise<SetPlugin>;
  /** What holds at a store, for the plug-in itself, secrets opened. */
  read(plugin: string, storeId: string): Promise<KeptSettings>;
  /** Those that are switched off for the whole chain. */
  switchedOff(): Promise<string[]>;
}

/** Keeps what stores set of plug-ins. Without a seal, secrets are refused. */
export function settingsService(host: Host, seal: Seal | undefined): SettingsService {
  const keeper = keeperOf(host, seal);

  const plugins = () => host.modules().filter(({ contract }) => contract !== undefined);

  function pluginOf(name: string): Module {
    const plugin = plugins().find((one) => one.name === name);
    if (!plugin) throw settingError('PLUGIN_NOT_FOUND', { name });
    return plugin;
  }

  const held = async (ctx: Context, plugin: Module, storeId: string): Promise<SetPlugin> => ({
    plugin,
    ...(await keeper.held(ctx, plugin, storeId)),
  });

  /** What may be told of a change: what has become a secret since is one in what was before, too. */
  function told(change: PluginChange): PluginChange {
    const plugin = plugins().find(({ name }) => name === change.plugin);
    const setting = plugin && settingsOf(plugin).find(({ name }) => name === change.setting);
    return setting?.isSecret ? { ...change, before: null, after: null } : change;
  }

  async function assertKnown(ctx: Context, storeId: string | null | undefined): Promise<void> {
    if (storeId == null) return;
    const { store } = await host.ask(ctx, 'menu', KnownStoreDocument, { id: storeId });
    if (!store || storeId === CHAIN) throw settingError('STORE_NOT_FOUND', { storeId });
  }

  async function note(
    tx: Transaction,
    plugin: string,
    storeId: string,
    what: Pick<PluginChange, 'setting' | 'before' | 'after'>,
  ) {
    const by = callerOf(tx.identity);
    await tx.em.insert(PluginChange, { id: newId(), plugin, storeId, ...what, by, at: host.clock.now() });
  }

  async function enable(tx: Transaction, plugin: string, storeId: string, enabled: boolean): Promise<boolean> {
    const before = (await tx.em.findOne(PluginAtStore, { plugin, storeId }))?.enabled ?? true;
    if (before === enabled) return false;
    await tx.em.upsert(PluginAtStore, { plugin, storeId, enabled });
    await note(tx, plugin, storeId, { setting: SWITCH, before: String(before), after: String(enabled) });
    return true;
  }

  async function put(
    tx: Transaction,
    plugin: string,
    storeId: string,
    setting: Described,
    json: string | null,
  ): Promise<boolean> {
    const { name, isSecret } = setting;
    const place = { plugin, storeId, name };
    const known = await tx.em.findOne(PluginValue, place);
    const before = known && !isSecret && keeper.readable(setting, known) !== undefined ? known.value : null;
    if (json === null ? !known : json === before) return false;
    if (json === null) await tx.em.nativeDelete(PluginValue, place);
    else await tx.em.upsert(PluginValue, { ...place, value: keeper.textOf(setting, place, json) });
    await note(tx, plugin, storeId, { setting: name, before, after: isSecret ? null : json });
    return true;
  }

  return {
    async list(ctx, storeId) {
      requireScope(ctx.identity, SCOPE, storeId);
      const all = plugins().toSorted((one, other) => one.name.localeCompare(other.name));
      return Promise.all(all.map((plugin) => held(ctx, plugin, storeId ?? CHAIN)));
    },

    async changes(ctx, storeId, args) {
      requireScope(ctx.identity, SCOPE, storeId);
      return page(
        args,
        ({ id }) => id,
        async (limit, after) => {
          const where = { storeId: storeId ?? CHAIN, ...(after !== null && { id: { $lt: after } }) };
          const found = await ctx.em.find(PluginChange, where, { orderBy: { id: 'desc' }, limit });
          return found.map(told);
        },
      );
    },

    async set(ctx, { name, storeId, enabled, settings }) {
      requireScope(ctx.identity, SCOPE, storeId);
      const plugin = pluginOf(name);
      if (enabled === false && name === host.name) throw settingError('PLUGIN_NEEDED');
      const described = settingsOf(plugin);
      const change = new Map<Described, string | null>();
      for (const { name: setting, value } of settings ?? []) {
        const found = described.find((one) => one.name === setting);
        if (!found) throw settingError('SETTING_NOT_FOUND', { setting });
        change.set(found, textIn(found, value));
      }
      await assertKnown(ctx, storeId);
      const place = storeId ?? CHAIN;
      await host.transact(ctx, async (tx) => {
        // Changes of a plug-in come one after the other, so that what is checked as a whole is what will hold.
        await ensureRow(tx, PluginAtStore, { plugin: name, storeId: CHAIN, enabled: true });
        let isChanged = typeof enabled === 'boolean' && (await enable(tx, name, place, enabled));
        const isNowOn = isChanged && enabled === true;
        if (isNowOn) await assertUsable(tx, keeper, plugin, place, change);
        if (isNowOn || change.size > 0) await assertWhole(tx, keeper, plugin, place, change);
        for (const [setting, json] of change) if (await put(tx, name, place, setting, json)) isChanged = true;
        if (isChanged) host.publish(tx, SETTINGS_CHANGED, host.clock.now());
      });
      return held(ctx, plugin, place);
    },

    async read(name, storeId) {
      const { enabled, values } = await keeper.held(host.context(), pluginOf(name), storeId);
      return { enabled, values };
    },

    async switchedOff() {
      const rows = await host.context().em.find(PluginAtStore, { storeId: CHAIN, enabled: false });
      return rows.map(({ plugin }) => plugin);
    },
  };
}
