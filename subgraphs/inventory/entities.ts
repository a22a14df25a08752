import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { StockUnit } from '../../schema/types/inventory.ts';
import type * as purchase from './purchase-entities.ts';
import { purchaseEntities } from './purchase-entities.ts';

/** The most that a store may have of one thing, in its unit: a thousand tonnes, and within GraphQL's Int. */
export const MOST_ON_HAND = 1_000_000_000;

/** Something a store keeps. `onHand` is the sum of its moves; `reserved` is the sum of what held orders take. */
export const StockItem = defineEntity({
  name: 'StockItem',
  tableName: 'stock_item',
  properties: {
    id: p.string().primary(),
    storeId: p.string(),
    name: p.string(),
    unit: p.string().$type<StockUnit>(),
    onHand: p.integer(),
    reserved: p.integer(),
    /** The most that a portion of any dish takes of it, or more: only below that can a dish be sold out. */
    largestPortion: p.integer().default(1_000_000),
  },
  uniques: [{ properties: ['storeId', 'name'] }],
});
export type StockItem = InferEntity<typeof StockItem>;

/** Why the stock of an item changed. */
export type MoveKind = 'RECEIVED' | 'WASTED' | 'COUNTED' | 'SOLD' | 'RETURNED';

/** The ledger of stock: a row for each change of an item's `onHand`, never altered. */
export const StockMove = defineEntity({
  name: 'StockMove',
  tableName: 'stock_move',
  properties: {
    id: p.string().primary(),
    stockItemId: p.string(),
    kind: p.string().$type<MoveKind>(),
    /** What was added; below 0 for what was taken. */
    quantity: p.integer(),
    /** What lay in the store afterwards. */
    onHand: p.integer(),
    /** The order that took it or gave it back; null for what people did. */
    orderId: p.string().nullable(),
    /** Who did it, such as `staff:0192...`. */
    caller: p.string(),
    note: p.string().nullable(),
    /** The weighing that it goes by: each is good for one change. */
    weighingId: p.string().nullable().unique(),
    at: p.bigint('number'),
  },
  indexes: [{ properties: ['stockItemId', 'id'] }],
});

/** What a portion takes of one stock item, in that item's unit. */
export interface Ingredient {
  stockItemId: string;
  quantity: number;
}

/** The spec of a recipe that stands for every size without one of its own. */
export const ALL_SIZES = '';

/** What a portion of a dish takes at a store: read and replaced as a whole. */
export const Recipe = defineEntity({
  name: 'Recipe',
  tableName: 'recipe',
  properties: {
    menuItemId: p.string().primary(),
    storeId: p.string().primary(),
    /** A size of the dish, or ALL_SIZES. */
    specId: p.string().primary(),
    ingredients: p.json<Ingredient[]>(),
  },
});
export type Recipe = InferEntity<typeof Recipe>;

/**
 * HELD until the order is paid or comes to nothing. COMMITTED: paid, and taken out of stock. RELEASED is final: a hold
 * that arrives after it reserves nothing.
 */
export type ReservationState = 'HELD' | 'COMMITTED' | 'RELEASED';

/** What has become of the stock for an order; one row for each order that was ever heard of. */
export const Reservation = defineEntity({
  name: 'Reservation',
  tableName: 'reservation',
  properties: {
    orderId: p.string().primary(),
    state: p.string().$type<ReservationState>(),
    at: p.bigint('number'),
  },
});

/** How much of a stock item an order takes. */
export const ReservationLine = defineEntity({
  name: 'ReservationLine',
  tableName: 'reservation_line',
  properties: {
    orderId: p.string().primary(),
    stockItemId: p.string().primary(),
    quantity: p.integer(),
  },
});

/** Rows of purchase-entities.ts, by which the graph's types of the same names are resolved. */
export type Supplier = purchase.Supplier;
export type SupplierProduct = purchase.SupplierProduct;
export type PurchaseOrder = purchase.PurchaseOrder;
export type PurchaseLine = purchase.PurchaseLine;
export type Despatch = purchase.Despatch;
export type DespatchLine = purchase.DespatchLine;
export type StockLot = purchase.StockLot;
export type SupplierInvoice = purchase.SupplierInvoice;

/** This module's tables. */
export const entities = [StockItem, StockMove, Recipe, Reservation, ReservationLine, ...purchaseEntities];
