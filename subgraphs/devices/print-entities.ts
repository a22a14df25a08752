import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LongText } from '../../kernel/database/long-text.ts';
import type { PrinterProblem } from './ports.ts';

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

/** The tables of what is printed. */
export const printEntities = [PrintJob, Printer];
