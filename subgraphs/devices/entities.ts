import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type * as print from './print-entities.ts';
import { printEntities } from './print-entities.ts';
import type { TicketState } from './ticket-state.ts';

/** A store's kitchen: how often its tickets have changed, and the station that takes what no other names. */
export const Kitchen = defineEntity({
  name: 'Kitchen',
  tableName: 'kitchen',
  properties: {
    storeId: p.string().primary(),
    version: p.integer(),
    defaultStationId: p.string().nullable(),
  },
});
export type Kitchen = InferEntity<typeof Kitchen>;

/** A place in a kitchen where dishes are made. */
export const Station = defineEntity({
  name: 'Station',
  tableName: 'station',
  properties: {
    id: p.string().primary(),
    storeId: p.string().index(),
    name: p.string(),
  },
});
export type Station = InferEntity<typeof Station>;

/** What a route names: one dish, or every dish of a category. */
export type RouteKind = 'DISH' | 'CATEGORY';

/** A dish or category that a station makes. Its key lets only one station of a store name it. */
export const StationRoute = defineEntity({
  name: 'StationRoute',
  tableName: 'station_route',
  properties: {
    storeId: p.string().primary(),
    kind: p.string().$type<RouteKind>().primary(),
    targetId: p.string().primary(),
    stationId: p.string().index(),
  },
});
export type StationRoute = InferEntity<typeof StationRoute>;

/** An order as the kitchen knows it: whose it is, how many tickets it has, and how many of them made each step. */
export const KitchenOrder = defineEntity({
  name: 'KitchenOrder',
  tableName: 'kitchen_order',
  properties: {
    orderId: p.string().primary(),
    storeId: p.string(),
    /** Null for a guest order taken by staff. */
    dinerId: p.string().nullable(),
    tickets: p.integer(),
    started: p.integer(),
    ready: p.integer(),
    served: p.integer(),
    /** The last progress that was told: 0 for none, 1 started, 2 ready, 3 served. */
    progress: p.integer(),
  },
});
export type KitchenOrder = InferEntity<typeof KitchenOrder>;

/** What one station has to make for one order. */
export const KitchenTicket = defineEntity({
  name: 'KitchenTicket',
  tableName: 'kitchen_ticket',
  properties: {
    id: p.string().primary(),
    storeId: p.string(),
    stationId: p.string(),
    orderId: p.string(),
    state: p.string().$type<TicketState>(),
    pickupNumber: p.integer(),
    /** Of a delivery platform's order: the platform, and the number that its couriers ask for. */
    platform: p.string().nullable(),
    dayNumber: p.integer().nullable(),
    tableName: p.string().nullable(),
    channel: p.string().$type<'DINE_IN' | 'TAKEAWAY' | 'DELIVERY'>(),
    note: p.text().nullable(),
    createdAt: p.bigint('number'),
    dueAt: p.bigint('number'),
    startedAt: p.bigint('number').nullable(),
    readyAt: p.bigint('number').nullable(),
    servedAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['storeId', 'state', 'dueAt'] }],
  uniques: [{ properties: ['orderId', 'stationId'] }],
});
export type KitchenTicket = InferEntity<typeof KitchenTicket>;

/** A dish on a ticket; `position` keeps the diner's order of lines. */
export const TicketLine = defineEntity({
  name: 'TicketLine',
  tableName: 'ticket_line',
  properties: {
    id: p.string().primary(),
    ticketId: p.string(),
    position: p.integer(),
    name: p.string(),
    specName: p.string(),
    quantity: p.integer(),
    modifiers: p.json<string[]>(),
    note: p.text().nullable(),
  },
  indexes: [{ properties: ['ticketId', 'position'] }],
});
export type TicketLine = InferEntity<typeof TicketLine>;

/** A scale, as its driver reaches it. */
export const Scale = defineEntity({
  name: 'Scale',
  tableName: 'scale',
  properties: {
    id: p.string().primary(),
    storeId: p.string().index(),
    name: p.string(),
    /** The name of a ScaleDriver. */
    driver: p.string(),
    address: p.string(),
  },
});
export type Scale = InferEntity<typeof Scale>;

/** What was weighed once, never altered. */
export const Weighing = defineEntity({
  name: 'Weighing',
  tableName: 'weighing',
  properties: {
    id: p.string().primary(),
    scaleId: p.string(),
    storeId: p.string(),
    grams: p.integer(),
    net: p.boolean(),
    /** Who weighed, such as `staff:0192...`. */
    caller: p.string(),
    at: p.bigint('number'),
  },
});
export type Weighing = InferEntity<typeof Weighing>;

/** A screen or another machine: to be paired until `pairBy`, then paired, then perhaps unpaired for good. */
export const PairedDevice = defineEntity({
  name: 'PairedDevice',
  tableName: 'paired_device',
  properties: {
    id: p.string().primary(),
    storeId: p.string().index(),
    stationId: p.string().nullable(),
    name: p.string(),
    pairBy: p.bigint('number'),
    pairedAt: p.bigint('number').nullable(),
    unpairedAt: p.bigint('number').nullable(),
  },
});
export type PairedDevice = InferEntity<typeof PairedDevice>;

/** Whether a device has been paired and not been unpaired since. */
export function isActive({ pairedAt, unpairedAt }: PairedDevice): boolean {
  return pairedAt != null && unpairedAt == null;
}

/** An order as this module refers to it: the rest of it belongs to the orders module. */
export interface Order {
  id: string;
}

/** The SHA-256 of a code that pairs a device; the device says until when, and whether it was used. */
export const PairingCode = defineEntity({
  name: 'PairingCode',
  tableName: 'pairing_code',
  properties: { codeHash: p.string().primary(), deviceId: p.string() },
});

/** Rows of print-entities.ts, by which the graph's types of the same names are resolved. */
export type PrintJob = print.PrintJob;
export type Printer = print.Printer;

/** This module's tables. */
export const entities = [
  Kitchen,
  Station,
  StationRoute,
  KitchenOrder,
  KitchenTicket,
  TicketLine,
  ...printEntities,
  Scale,
  Weighing,
  PairedDevice,
  PairingCode,
];
