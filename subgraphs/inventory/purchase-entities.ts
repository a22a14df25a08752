import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { PurchaseState } from './purchase-state.ts';

/** Whom the chain buys from. */
export const Supplier = defineEntity({
  name: 'Supplier',
  tableName: 'supplier',
  properties: {
    id: p.string().length(36).primary(),
    name: p.string().length(100),
    /** The port's implementation by which it is reached. */
    provider: p.string().length(60),
    /** The name under which that implementation knows it. */
    account: p.string().length(60),
    /** ISO 4217: what it is paid in. */
    currency: p.string().length(3),
  },
  uniques: [{ properties: ['provider', 'account'] }],
});
export type Supplier = InferEntity<typeof Supplier>;

/** What a supplier sells of something that a store keeps. */
export const SupplierProduct = defineEntity({
  name: 'SupplierProduct',
  tableName: 'supplier_product',
  properties: {
    id: p.string().length(36).primary(),
    supplierId: p.string().length(36),
    storeId: p.string().length(100),
    stockItemId: p.string().length(36),
    /** The supplier's own. */
    code: p.string().length(60),
    name: p.string().length(100),
    /** How many of the stock item's units are in one pack. */
    packQuantity: p.integer(),
    /** Of one pack, without tax, in minor units of the supplier's currency. */
    price: p.bigint('number'),
  },
  uniques: [{ properties: ['storeId', 'supplierId', 'code'] }],
});
export type SupplierProduct = InferEntity<typeof SupplierProduct>;

/** What a store buys of a supplier; its state moves by purchase-state.ts. */
export const PurchaseOrder = defineEntity({
  name: 'PurchaseOrder',
  tableName: 'purchase_order',
  properties: {
    id: p.string().length(36).primary(),
    storeId: p.string().length(100),
    storeName: p.string().length(200),
    supplierId: p.string().length(36),
    currency: p.string().length(3),
    state: p.string().length(10).$type<PurchaseState>(),
    version: p.integer(),
    /** YYYY-MM-DD. */
    deliverOn: p.string().length(10).nullable(),
    note: p.string().length(500).nullable(),
    /** What it costs as ordered, without tax, in minor units. */
    total: p.bigint('number'),
    /** The supplier's own number of it. */
    reference: p.string().length(100).nullable(),
    /** Why the supplier has refused it, in its words. */
    reason: p.string().length(500).nullable(),
    createdAt: p.bigint('number'),
    orderedAt: p.bigint('number').nullable(),
    /** When it was last sent. */
    askedAt: p.bigint('number').nullable(),
    /** When the response that counts was written, as the supplier says. */
    respondedAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['storeId', 'createdAt', 'id'] }, { properties: ['state', 'askedAt'] }],
});
export type PurchaseOrder = InferEntity<typeof PurchaseOrder>;

/** A line of a purchase order, as it was ordered; quantities in the stock item's unit. */
export const PurchaseLine = defineEntity({
  name: 'PurchaseLine',
  tableName: 'purchase_line',
  properties: {
    orderId: p.string().length(36).primary(),
    /** From 1. */
    line: p.integer().primary(),
    stockItemId: p.string().length(36),
    code: p.string().length(60),
    name: p.string().length(100),
    packs: p.integer(),
    packQuantity: p.integer(),
    price: p.bigint('number'),
    ordered: p.integer(),
    /** What the supplier has said that it will send; null until it has. */
    confirmed: p.integer().nullable(),
    /** Why that is not what was ordered, in its words. */
    reason: p.string().length(500).nullable(),
  },
});
export type PurchaseLine = InferEntity<typeof PurchaseLine>;

/** What a supplier says it has sent, in one delivery. */
export const Despatch = defineEntity({
  name: 'Despatch',
  tableName: 'despatch',
  properties: {
    id: p.string().length(36).primary(),
    orderId: p.string().length(36).index(),
    supplierId: p.string().length(36),
    /** The supplier's own. */
    number: p.string().length(60),
    /** When it was written, as the supplier says. */
    issuedAt: p.bigint('number'),
    /** When the store has counted it. */
    receivedAt: p.bigint('number').nullable(),
    at: p.bigint('number'),
  },
  uniques: [{ properties: ['supplierId', 'number'] }],
});
export type Despatch = InferEntity<typeof Despatch>;

/** One lot of a line in a delivery; quantities in the stock item's unit. */
export const DespatchLine = defineEntity({
  name: 'DespatchLine',
  tableName: 'despatch_line',
  properties: {
    id: p.string().length(36).primary(),
    despatchId: p.string().length(36).index(),
    orderId: p.string().length(36).index(),
    /** The line of the order. */
    line: p.integer(),
    lot: p.string().length(60).nullable(),
    /** YYYY-MM-DD. */
    bestBefore: p.string().length(10).nullable(),
    shipped: p.integer(),
    /** What the store has counted; null until it has. */
    received: p.integer().nullable(),
  },
});
export type DespatchLine = InferEntity<typeof DespatchLine>;

/** What came into a store at once of one lot, never altered: by it goods are traced to where they came from. */
export const StockLot = defineEntity({
  name: 'StockLot',
  tableName: 'stock_lot',
  properties: {
    id: p.string().length(36).primary(),
    stockItemId: p.string().length(36).index(),
    storeId: p.string().length(100),
    supplierId: p.string().length(36),
    despatchLineId: p.string().length(36).unique(),
    lot: p.string().length(60).nullable(),
    bestBefore: p.string().length(10).nullable(),
    received: p.integer(),
    receivedAt: p.bigint('number'),
  },
  indexes: [{ properties: ['storeId', 'lot'] }],
});
export type StockLot = InferEntity<typeof StockLot>;

/** WAITING for staff because something differs. APPROVED is to be paid; DISPUTED is not, and the supplier sends another. */
export type InvoiceState = 'WAITING' | 'APPROVED' | 'DISPUTED';

/** What a supplier wants for an order; money in minor units of the order's currency. */
export const SupplierInvoice = defineEntity({
  name: 'SupplierInvoice',
  tableName: 'supplier_invoice',
  properties: {
    id: p.string().length(36).primary(),
    orderId: p.string().length(36).index(),
    storeId: p.string().length(100),
    supplierId: p.string().length(36),
    /** The supplier's own. */
    number: p.string().length(60),
    issuedAt: p.bigint('number'),
    net: p.bigint('number'),
    tax: p.bigint('number'),
    total: p.bigint('number'),
    state: p.string().length(10).$type<InvoiceState>(),
    /** Who decided, such as `staff:0192...`; null while it waits, and `match` when nothing differed. */
    decidedBy: p.string().length(100).nullable(),
    decidedAt: p.bigint('number').nullable(),
    note: p.string().length(500).nullable(),
    at: p.bigint('number'),
  },
  indexes: [{ properties: ['storeId', 'state', 'id'] }],
  uniques: [{ properties: ['supplierId', 'number'] }],
});
export type SupplierInvoice = InferEntity<typeof SupplierInvoice>;

/** A line of an invoice: so much for so much of a line of the order. */
export const InvoiceLine = defineEntity({
  name: 'InvoiceLine',
  tableName: 'supplier_invoice_line',
  properties: {
    invoiceId: p.string().length(36).primary(),
    position: p.integer().primary(),
    orderId: p.string().length(36).index(),
    /** The line of the order. */
    line: p.integer(),
    /** In the stock item's unit. */
    quantity: p.integer(),
    /** What the line costs, without tax. */
    amount: p.bigint('number'),
    /** `price` for each `per` of the stock item's units. */
    price: p.bigint('number'),
    per: p.integer(),
  },
});
export type InvoiceLine = InferEntity<typeof InvoiceLine>;

/** The tables of what is bought. */
export const purchaseEntities = [
  ...[Supplier, SupplierProduct, PurchaseOrder, PurchaseLine, Despatch, DespatchLine, StockLot],
  ...[SupplierInvoice, InvoiceLine],
];
