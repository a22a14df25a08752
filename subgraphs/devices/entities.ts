import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LongText } from '../../kernel/database/long-text.ts';
import type { PrinterProblem } from './ports.ts';
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

/** Something to be printed in a store. */
export const PrintJob = defineEntity({
  name: 'PrintJob',
  tableName: 'print_job',
  properties: {
    id: p.string().primary(),
    storeId: p.string(),
    /** Null for what is of no order. */
    orderId: p.string().nullable().index(),
    /** The ticket a kitchen slip is for; null for anything else. */
    ticketId: p.string().nullable(),
    kind: p.string().$type<'RECEIPT' | 'KITCHEN_SLIP' | 'TABLE_CODES'>(),
    state: p.string().$type<'QUEUED' | 'PRINTED' | 'FAILED' | 'CANCELLED'>(),
    content: p.type(LongText),
    createdAt: p.bigint('number'),
    /** Where it is printed; null while the store has no printer for it. */
    printerId: p.string().nullable(),
    /** The provider of the payment that a receipt is of: what may open the drawer. */
    paidBy: p.string().nullable(),
    /** How often a printer was asked. */
    tries: p.integer().default(0),
    /** Sheets that are on paper, or may be. */
    sheets: p.integer().default(0),
    /** When it was sent, while it is not noted yet what came of that. */
    sentAt: p.bigint('number').nullable(),
    problem: p.string().$type<PrinterProblem | 'UNCONFIRMED'>().nullable(),
    printedAt: p.bigint('number').nullable(),
    /** Until when it is worth printing by itself, in epoch milliseconds. */
    printBy: p.bigint('number').default(0),
  },
  indexes: [{ properties: ['storeId', 'id'] }, { properties: ['state', 'printerId', 'id'] }],
});
export type PrintJob = InferEntity<typeof PrintJob>;

/** How a printer was when it was last seen. */
export type PrinterState = 'UNSEEN' | 'READY' | 'PAPER_LOW' | PrinterProblem;

/** A printer of a store. */
export const Printer = defineEntity({
  name: 'Printer',
  tableName: 'printer',
  properties: {
    id: p.string().primary(),
    storeId: p.string().index(),
    name: p.string(),
    /** The name of its PrinterDriver. */
    driver: p.string(),
    address: p.string(),
    /** Millimetres: 58 or 80. */
    paperWidth: p.integer(),
    printsReceipts: p.boolean(),
    /** The stations whose slips it prints. */
    stationIds: p.json<string[]>(),
    /** The providers of payments whose receipts open its drawer. */
    drawerFor: p.json<string[]>(),
    /** Who prints for it after so many seconds of trouble. */
    takeoverId: p.string().nullable(),
    takeoverSeconds: p.integer(),
    state: p.string().$type<PrinterState>(),
    seenAt: p.bigint('number').nullable(),
    /** Since when it has not printed what it should. */
    troubleSince: p.bigint('number').nullable(),
    /** When it is tried again, while it has trouble. */
    retryAt: p.bigint('number').nullable(),
    /** Until when one process alone talks to it. */
    leaseUntil: p.bigint('number').nullable(),
    removedAt: p.bigint('number').nullable(),
  },
});
export type Printer = InferEntity<typeof Printer>;

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

/** This module's tables. */
export const entities = [
  Kitchen,
  Station,
  StationRoute,
  KitchenOrder,
  KitchenTicket,
  TicketLine,
  PrintJob,
  Printer,
  Scale,
  Weighing,
  PairedDevice,
  PairingCode,
];
