import { LockMode } from '@mikro-orm/core';
import { DAY } from '../../../kernel/clock.ts';
import { CodedError, kernelError } from '../../../kernel/errors.ts';
import { notOneGraph, unfit } from '../../../kernel/graph/admission.ts';
import { admitParts } from '../../../kernel/graph/admit-parts.ts';
import { callerOf, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Host, Module, Transaction } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import { REMOTE_PLUGINS_CHANGED, type RemotePart } from '../../../kernel/remote-plugins.ts';
import type { Seal } from '../../../kernel/seal.ts';
import { newWebhookSecret } from '../../../kernel/webhook-signature.ts';
import type { RegisterPluginInput } from '../../../schema/types/remote-plugins.ts';
import { StoreIdsDocument } from '../../../schema/types/remote-plugins-asks-menu.ts';
import { type KeptSecret, RemotePlugin, RemotePluginChange, WebhookDelivery } from '../entities.ts';
import { remoteError } from '../errors.ts';
import { checkedInput } from '../input.ts';
import { askForSchema, readSchema } from '../their-schema.ts';

/** Who may see and change remote plug-ins: they concern the whole chain. */
export const SCOPE = 'plugins:manage';
/** How long a secret that was renewed is still signed with, in milliseconds. */
const OVERLAP = DAY;

/** A plug-in as it was registered; the secret is there when it is new. */
export interface Registered {
  plugin: RemotePlugin;
  secret: string | null;
}

/** Who the remote plug-ins are. */
export interface Registry {
  list(ctx: Context): Promise<RemotePlugin[]>;
  changes(ctx: Context, args: PageArgs): Promise<Connection<RemotePluginChange>>;
  register(ctx: Context, input: RegisterPluginInput): Promise<Registered>;
  enable(ctx: Context, name: string, enabled: boolean): Promise<RemotePlugin>;
  renew(ctx: Context, name: string): Promise<Registered>;
  remove(ctx: Context, name: string): Promise<boolean>;
  /** What gateways serve of them. */
  parts(): Promise<RemotePart[]>;
  /** What a plug-in is sent is signed with. */
  secretsOf(plugin: RemotePlugin): string[];
}

/** Keeps who they are. Without a seal none can be registered. */
export function registryOf(host: Host, seal: Seal | undefined): Registry {
  const now = () => host.clock.now();

  function kept({ name, secrets }: Pick<RemotePlugin, 'name' | 'secrets'>): KeptSecret[] {
    if (!seal) throw remoteError('SECRETS_NOT_KEPT');
    const all = JSON.parse(seal.open(secrets, name)) as KeptSecret[];
    return all.filter(({ until }) => until === null || until > now());
  }

  const secretsOf = (plugin: RemotePlugin) => kept(plugin).map(({ secret }) => secret);

  function closed(name: string, secrets: readonly KeptSecret[]): string {
    if (!seal) throw remoteError('SECRETS_NOT_KEPT');
    return seal.close(JSON.stringify(secrets), name);
  }

  /** Notes who did it, and tells the gateways. */
  async function changed(tx: Transaction, plugin: string, what: string, after: object | null): Promise<void> {
    const by = callerOf(tx.identity);
    const row = { id: newId(), plugin, what, after: after && JSON.stringify(after), by, at: now() };
    await tx.em.insert(RemotePluginChange, row);
    host.publish(tx, REMOTE_PLUGINS_CHANGED, now());
  }

  const inOrder = (ctx: Context) =>
    ctx.em.find(RemotePlugin, {}, { orderBy: { registeredAt: 'asc', name: 'asc' }, disableIdentityMap: true });

  async function one(ctx: Context, name: string): Promise<RemotePlugin> {
    const plugin = await ctx.em.findOne(RemotePlugin, { name }, { disableIdentityMap: true });
    if (!plugin) throw remoteError('REMOTE_PLUGIN_NOT_FOUND', { name });
    return plugin;
  }

  /** A plug-in as it is now, which nobody else changes before the transaction has ended. */
  const held = (tx: Transaction, name: string) =>
    tx.em.findOne(RemotePlugin, { name }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });

  async function heldOne(tx: Transaction, name: string): Promise<RemotePlugin> {
    const plugin = await held(tx, name);
    if (!plugin) throw remoteError('REMOTE_PLUGIN_NOT_FOUND', { name });
    return plugin;
  }

  async function assertKnown(ctx: Context, stores: readonly string[]): Promise<void> {
    if (stores.length === 0) return;
    const { storeIds } = await host.ask(ctx, 'menu', StoreIdsDocument, {});
    const stranger = stores.find((id) => !storeIds.includes(id));
    if (stranger !== undefined) throw remoteError('STORE_NOT_FOUND', { storeId: stranger });
  }

  /** Throws when the plug-in takes something that is another's, or does not make one graph with all that is served. */
  async function assertFits(candidate: Module, others: readonly RemotePlugin[]): Promise<void> {
    const own = host.modules();
    const against = async (remote: readonly RemotePlugin[]) => {
      const modules = [...own, ...remote.map(asModule)];
      return unfit(candidate, modules) ?? (candidate.schema && (await notOneGraph([...modules, candidate])));
    };
    const reason = await against(others);
    if (!reason) return;
    // Perhaps the reason is one of the others, that a gateway leaves out.
    const { refused } = await admitParts(own, others.filter(isServed).map(asModule), '');
    const fitting = others.filter((other) => isServed(other) && !refused.has(other.name));
    const left = fitting.length < others.length ? await against(fitting) : reason;
    if (left) throw remoteError('REMOTE_PLUGIN_UNFIT', { name: candidate.name, reason: left });
  }

  return {
    secretsOf,

    async list(ctx) {
      requireScope(ctx.identity, SCOPE);
      return (await inOrder(ctx)).toSorted((a, b) => a.name.localeCompare(b.name));
    },

    async changes(ctx, args) {
      requireScope(ctx.identity, SCOPE);
      const { em } = ctx;
      return page(
        args,
        ({ id }) => id,
        (limit, after) =>
          em.find(RemotePluginChange, after === null ? {} : { id: { $lt: after } }, { orderBy: { id: 'desc' }, limit }),
      );
    },

    async register(ctx, input) {
      requireScope(ctx.identity, SCOPE);
      const given = checkedInput(input);
      const { name } = given;
      await assertKnown(ctx, given.storeIds ?? []);
      const all = await inOrder(ctx);
      const known = all.find((plugin) => plugin.name === name);
      const secrets = known ? kept(known) : [{ secret: newWebhookSecret(), until: null }];
      const sealed = closed(name, secrets);
      const sdl = given.schema ?? (given.url && (await askForSchema(given.url, secrets, ctx.signal)));
      const said = { ...given, schema: sdl ? readSchema(name, sdl) : null };
      await assertFits(
        asModule(said),
        all.filter((other) => other.name !== name),
      );
      const plugin = await host.transact(ctx, async (tx) => {
        // To ask and to compose takes seconds, in which others may have come before.
        const before = await held(tx, name);
        if (saidOf(before) !== saidOf(known)) throw remoteError('REMOTE_PLUGIN_CHANGED', { name });
        const { enabled, registeredAt } = before ?? { enabled: true, registeredAt: now() };
        const kept = { enabled, registeredAt, secrets: before?.secrets ?? sealed };
        if (before) {
          await tx.em.nativeUpdate(RemotePlugin, { name }, said);
          // What it gave up and asks for no more stands in the way of nothing.
          const others = said.events.length > 0 ? { event: { $nin: said.events } } : {};
          const given = { plugin: name, state: 'DEAD' as const, ...others };
          await tx.em.nativeUpdate(WebhookDelivery, given, { state: 'SKIPPED' });
        } else {
          // Earlier releases could leave something of one that was removed.
          await tx.em.nativeDelete(WebhookDelivery, { plugin: name });
          await tx.em.insert(RemotePlugin, { ...said, ...kept });
        }
        await changed(tx, name, before ? 'changed' : 'registered', { ...said, enabled, registeredAt });
        // Whoever was told that it took too long never sees the secret.
        if (ctx.signal.aborted) throw kernelError('UNAVAILABLE');
        return { ...said, ...kept } as RemotePlugin;
      });
      return { plugin, secret: known ? null : (secrets[0]?.secret ?? null) };
    },

    async enable(ctx, name, enabled) {
      requireScope(ctx.identity, SCOPE);
      return host.transact(ctx, async (tx) => {
        const before = await heldOne(tx, name);
        if (before.enabled === enabled) return before;
        await tx.em.nativeUpdate(RemotePlugin, { name }, { enabled });
        await changed(tx, name, enabled ? 'switched on' : 'switched off', null);
        return { ...before, enabled };
      });
    },

    async renew(ctx, name) {
      requireScope(ctx.identity, SCOPE);
      const secret = newWebhookSecret();
      await host.transact(ctx, async (tx) => {
        const plugin = await heldOne(tx, name);
        const old = kept(plugin).map((entry) => ({ ...entry, until: entry.until ?? now() + OVERLAP }));
        const secrets = closed(name, [{ secret, until: null }, ...old]);
        await tx.em.nativeUpdate(RemotePlugin, { name }, { secrets });
        await changed(tx, name, 'secret renewed', null);
      });
      return { plugin: await one(host.context(), name), secret };
    },

    async remove(ctx, name) {
      requireScope(ctx.identity, SCOPE);
      return host.transact(ctx, async (tx) => {
        if ((await tx.em.nativeDelete(RemotePlugin, { name })) === 0) return false;
        await tx.em.nativeDelete(WebhookDelivery, { plugin: name });
        await changed(tx, name, 'removed', null);
        return true;
      });
    },

    async parts() {
      const all = await inOrder(host.context());
      return all.flatMap((plugin) => {
        const { name, url, schema, scopes } = plugin;
        return isServed(plugin) && url && schema ? [{ name, url, schema, scopes, secrets: secretsOf(plugin) }] : [];
      });
    },
  };
}

/** What a plug-in was last registered with, as a text; nothing for one that is not there. */
function saidOf(plugin: RemotePlugin | null | undefined): string {
  if (!plugin) return '';
  const { contract, url, schema, webhookUrl, events, scopes, storeIds, registeredAt } = plugin;
  return JSON.stringify([contract, url, schema, webhookUrl, events, scopes, storeIds ?? null, registeredAt]);
}

/** Whether a plug-in is to have a part in the graph. */
const isServed = ({ url, schema, enabled }: RemotePlugin) => Boolean(enabled && url && schema);

type Declared = Pick<RemotePlugin, 'name' | 'contract' | 'schema' | 'events' | 'scopes'>;

/** A remote plug-in as a module declares itself. */
function asModule({ name, contract, schema, events, scopes }: Declared): Module {
  return {
    name,
    contract,
    ...(schema && { schema }),
    consumes: events as never,
    scopes,
    setup() {
      throw new CodedError('REMOTE_PLUGIN_UNFIT', 'It runs elsewhere.');
    },
  };
}
