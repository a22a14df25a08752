import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** Stands where the id of a store does for what is set for the whole chain. */
export const CHAIN = '';

/** Whether a plug-in works at a store, where somebody has said so. */
export const PluginAtStore = defineEntity({
  name: 'PluginAtStore',
  tableName: 'plugin_at_store',
  properties: {
    plugin: p.string().length(100).primary(),
    /** Or CHAIN. */
    storeId: p.string().length(100).primary(),
    enabled: p.boolean(),
  },
});

/** A setting of a plug-in that a store has set. */
export const PluginValue = defineEntity({
  name: 'PluginValue',
  tableName: 'plugin_value',
  properties: {
    plugin: p.string().length(100).primary(),
    storeId: p.string().length(100).primary(),
    name: p.string().length(100).primary(),
    /** JSON; of a secret, what `seal` has made of it. */
    value: p.text(),
  },
});
export type PluginValue = InferEntity<typeof PluginValue>;

/** Something that somebody changed, kept for ever. Values are JSON, and null of secrets. */
export const PluginChange = defineEntity({
  name: 'PluginChange',
  tableName: 'plugin_change',
  properties: {
    id: p.string().length(36).primary(),
    plugin: p.string().length(100),
    storeId: p.string().length(100),
    setting: p.string().length(100),
    before: p.text().nullable(),
    after: p.text().nullable(),
    by: p.string().length(200),
    at: p.bigint('number'),
  },
  indexes: [{ properties: ['storeId', 'id'] }],
});
export type PluginChange = InferEntity<typeof PluginChange>;

/** This plug-in's tables. */
export const entities = [PluginAtStore, PluginValue, PluginChange];
