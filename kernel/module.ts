import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { EntitySchema } from '@mikro-orm/core';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Context, Transaction } from './context.ts';
import type { EventEnvelope, EventName, Events, Subject } from './events/events.ts';
import type { Claim, Outcome } from './idempotency.ts';
import type { Job } from './jobs.ts';
import type { LiveField } from './live/live.ts';
import type { Logger } from './log.ts';
import type { AtStore } from './plugin-settings.ts';
import type { Offer, PortToken, Provided } from './ports.ts';
import type { Page, RouteHandler, RoutePlace } from './routes.ts';
import type { SettingsSchema } from './settings.ts';
import type { OwnMetrics } from './telemetry/own-metrics.ts';

export type { Context, Transaction } from './context.ts';

/** What a module may do: everything the kernel offers it. */
export interface Host<Settings = unknown, StoreSettings = unknown> {
  /** The module's own name. */
  readonly name: string;
  readonly settings: Settings;
  /** Whether it works at a store, and how it is set there, by `storeSettings`. Asked outside of transactions. */
  atStore(storeId: string): Promise<AtStore<StoreSettings>>;
  /** The modules of the product, in this process and in others, without plug-ins that were left out. */
  modules(): readonly Module[];
  readonly log: Logger;
  /** Its own figures, beside those of the process. */
  readonly metrics: OwnMetrics;
  readonly clock: Clock;
  /** Shared by every process of the product; holds what may be lost. Put the module's name before each key. */
  readonly cache: Cache;
  /**
   * The only way to write: runs the work in one transaction of this module's database and commits what it did. Inside,
   * read and write through `tx.em` alone; asking a sister or calling a port throws. When another transaction was in the
   * way (a deadlock), nothing was done and the work is run again: what it changes outside of `tx`, it sets anew.
   */
  transact<T>(ctx: Context, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Puts an event into the transaction's outbox: it is delivered if and only if the transaction commits. */
  emit<N extends EventName>(tx: Transaction, name: N, subject: Subject, payload: Events[N]): Promise<void>;
  /** Tells live listeners, after the commit, that a topic has come to a new version. Lossy: state is always read anew. */
  publish(tx: Transaction, topic: string, version: number, detail?: unknown): void;
  /**
   * Gives a repeatable write one effect. The first call with a key runs the work, which returns the outcome's id; each
   * repeat answers the same id and runs nothing. IDEMPOTENCY_KEY_REUSED for other input under the same key.
   */
  once(tx: Transaction, claim: Claim, work: () => Promise<string>): Promise<Outcome>;
  /** The outcome of an earlier call with this key, or null. Throws IDEMPOTENCY_KEY_REUSED for other input. */
  outcomeOf(ctx: Context, claim: Claim): Promise<string | null>;
  /** Frees a caller's key (see `callerOf`) whose work came to nothing and was undone. */
  forget(tx: Transaction, caller: string, claim: Omit<Claim, 'input'>): Promise<void>;
  /** Asks a sister module's internal field, as this module, on behalf of whoever the context stands for. */
  ask<R, V extends Record<string, unknown>>(
    ctx: Context,
    module: string,
    document: TypedDocumentNode<R, V>,
    variables: V,
  ): Promise<R>;
  /** A port's implementation of a name, here or in another process; undefined when none is provided. */
  port<T>(token: PortToken<T>, name: string): Promise<T | undefined>;
  /** A unit of work of the module's own, for work that no request waits for. */
  context(): Context;
}

/**
 * Handles an event in a transaction that also notes the event as handled: exactly once in effect. A plug-in is told how it is
 * set at the event's store, where the event is of one, since it cannot ask inside of the transaction.
 */
export type Handlers = {
  // biome-ignore lint/suspicious/noExplicitAny: what a store sets has the shape of the plug-in's own schema
  [N in EventName]?: (tx: Transaction, event: EventEnvelope<N>, store?: AtStore<any>) => Promise<void>;
};

/** Resolvers by type and field; the generated `Resolvers` of a module fit. */
// biome-ignore lint/suspicious/noExplicitAny: every module has its own generated resolver types
export type ResolverMap = Record<string, any>;

/** What a module adds to the product; all of it is optional. */
export interface Parts {
  /** Of schema.graphql. */
  resolvers?: ResolverMap;
  /** Of internal.graphql. */
  internal?: ResolverMap;
  /** For each field of Subscription: which topics it follows, after checking the right to. */
  live?: Record<string, LiveField>;
  /** A handler for each event that the module declares to consume. */
  on?: Handlers;
  jobs?: Record<string, Job>;
  /** A handler for each route that the module declares: `{ 'GET /kitchen': ... }`. */
  routes?: Record<RoutePlace, RouteHandler>;
  /** Implementations of ports, of those that the module declares to provide. */
  provides?: Provided[];
  /** Of a plug-in: rejects with the reason while it cannot do its work, such as a platform that does not answer. */
  health?(): void | Promise<void>;
  close?(): void | Promise<void>;
}

/**
 * A folder that owns its tables, its part of the graph, its rules, handlers, jobs, routes and pages. What other processes
 * have to know of it is declared here; what it does is what `setup` returns, in the process that hosts it.
 */
export interface Module<S extends SettingsSchema = SettingsSchema, T extends SettingsSchema = SettingsSchema> {
  /** The name of its folder, its subgraph and its database. */
  readonly name: string;
  /** Of a plug-in: the version of the contract that it was built for, see `CONTRACT`. What has none is a subgraph. */
  readonly contract?: string;
  /** Its part of the public graph, without the shared scalars, which the kernel adds. */
  readonly schema?: string;
  /** What sister modules may ask of it. */
  readonly internal?: string;
  readonly entities?: readonly EntitySchema[];
  /** The folder of its migrations, which has one folder for each kind of database. */
  readonly migrations?: string;
  /** Read from the environment behind the module's name: `holdMinutes` of `orders` is ORDERS_HOLD_MINUTES. */
  readonly settings?: S;
  /**
   * What is set for each store while the product runs, by people: an object whose every field has a default. A field
   * with `.meta({ secret: true })` is kept encrypted, and never shown again.
   */
  readonly storeSettings?: T;
  /** The events that it makes known. */
  readonly emits?: readonly EventName[];
  /** The events that are kept until this module has applied them. */
  readonly consumes?: readonly EventName[];
  /** The scope by which plug-ins learn what it holds: its events, its types' fields beyond their keys, what it is asked. */
  readonly readBy?: string;
  /**
   * Of a plug-in: what it may learn of others, such as `orders:read`. `internal:orders` is to ask what changes something
   * there.
   */
  readonly scopes?: readonly string[];
  /** Where its own HTTP routes lie: `GET /kitchen`. */
  readonly routes?: readonly RoutePlace[];
  /** A page that people open. */
  readonly page?: Page;
  /** The ports it implements, each under a name. */
  readonly provides?: readonly Offer[];
  setup(host: Host<never, never>): Parts | Promise<Parts>;
}

/** A module as it is written down: its settings' type follows from their schema. */
type Declared<S extends SettingsSchema, T extends SettingsSchema> = Omit<Module<S, T>, 'setup'> & {
  setup(host: Host<import('zod').infer<S>, import('zod').infer<T>>): Parts | Promise<Parts>;
};

/** Declares a module that the product needs: a subgraph. */
export function defineModule<S extends SettingsSchema, T extends SettingsSchema>(module: Declared<S, T>): Module {
  return module as unknown as Module;
}

/** Declares a module that one may remove: when it cannot be started, the product runs without it. */
export function definePlugin<S extends SettingsSchema, T extends SettingsSchema>(
  module: Declared<S, T> & { readonly contract: string },
): Module {
  return defineModule(module);
}
