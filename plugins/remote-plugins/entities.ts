import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LongText } from '../../kernel/database/long-text.ts';

/** A service elsewhere that is a plug-in. */
export const RemotePlugin = defineEntity({
  name: 'RemotePlugin',
  tableName: 'remote_plugin',
  properties: {
    name: p.string().length(40).primary(),
    contract: p.string().length(20),
    url: p.string().length(1000).nullable(),
    /** Its part of the graph as a module's is written; see `asPart`. */
    schema: p.type(LongText).$type<string>().nullable(),
    webhookUrl: p.string().length(1000).nullable(),
    events: p.json<string[]>(),
    scopes: p.json<string[]>(),
    storeIds: p.json<string[]>().nullable(),
    enabled: p.boolean(),
    /** What it is sent is signed with these, the newest first: a sealed list of `KeptSecret`. */
    secrets: p.text(),
    registeredAt: p.bigint('number'),
  },
});
export type RemotePlugin = InferEntity<typeof RemotePlugin>;

/** The events that remote plug-ins may ask for. */
export const EVENTS = [
  'order.placed',
  'order.paid',
  'order.lines-refunded',
  'order.cancelled',
  'order.completed',
  'kitchen.progressed',
] as const;

/** A secret, and until when it is good in epoch milliseconds; null for as long as it is not renewed. */
export interface KeptSecret {
  secret: string;
  until: number | null;
}

/** How far an event is on its way. */
export type DeliveryState = 'PENDING' | 'DELIVERED' | 'DEAD' | 'SKIPPED';

/** One try to send an event. */
export interface Attempt {
  at: number;
  status: number | null;
  took: number;
  problem: string | null;
}

/** An event on its way to a remote plug-in. */
export const WebhookDelivery = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  properties: {
    /** Later events have greater ones. */
    id: p.string().length(36).primary(),
    plugin: p.string().length(40),
    event: p.string().length(100),
    aggregate: p.string().length(100),
    version: p.integer(),
    /** They are sent in this order: the how manieth of its aggregate it is. Of earlier releases it is null, and earlier. */
    arrival: p.integer().nullable(),
    at: p.bigint('number'),
    body: p.type(LongText).$type<string>(),
    state: p.string().length(10).$type<DeliveryState>(),
    /** When it may be tried. While somebody tries it this lies ahead, so that nobody else does. */
    dueAt: p.bigint('number'),
    /** How often it was tried since it was made or replayed. */
    tries: p.integer(),
    /** The last attempts, the latest last. */
    attempts: p.json<Attempt[]>(),
  },
  uniques: [{ properties: ['plugin', 'aggregate', 'arrival'] }],
  indexes: [{ properties: ['plugin', 'state', 'dueAt'] }, { properties: ['plugin', 'aggregate', 'state'] }],
});
export type WebhookDelivery = InferEntity<typeof WebhookDelivery>;

/** Something that somebody changed, kept for ever. */
export const RemotePluginChange = defineEntity({
  name: 'RemotePluginChange',
  tableName: 'remote_plugin_change',
  properties: {
    id: p.string().length(36).primary(),
    plugin: p.string().length(40),
    what: p.string().length(40),
    after: p.type(LongText).$type<string>().nullable(),
    by: p.string().length(200),
    at: p.bigint('number'),
  },
});
export type RemotePluginChange = InferEntity<typeof RemotePluginChange>;

/** This plug-in's tables. */
export const entities = [RemotePlugin, WebhookDelivery, RemotePluginChange];
