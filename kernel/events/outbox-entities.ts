import { defineEntity, p } from '@mikro-orm/core';

/** An event that was made true, kept until every consumer has confirmed it. */
export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    aggregate: p.string(),
    version: p.integer(),
    at: p.bigint('number'),
    /** The `traceparent` of what emitted it. */
    trace: p.string().nullable(),
    payload: p.json(),
  },
});

/** One consumer's share of an event. Rows are taken by their state and aggregate, never by `id > cursor`. */
export const OutboxDelivery = defineEntity({
  name: 'OutboxDelivery',
  tableName: 'outbox_delivery',
  properties: {
    eventId: p.string().primary(),
    consumer: p.string().primary(),
    aggregate: p.string(),
    version: p.integer(),
    /** PENDING until confirmed (then the row goes), DEAD when it failed too often. */
    state: p.string(),
    attempts: p.integer(),
    nextAt: p.bigint('number'),
    error: p.text().nullable(),
  },
  indexes: [{ properties: ['consumer', 'state', 'nextAt'] }, { properties: ['aggregate', 'consumer', 'version'] }],
});

/** The events that this module has applied as a consumer. */
export const InboxEvent = defineEntity({
  name: 'InboxEvent',
  tableName: 'inbox_event',
  properties: { eventId: p.string().primary(), at: p.bigint('number') },
});
