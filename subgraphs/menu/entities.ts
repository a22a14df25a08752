import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { isWithin, isWithinHours, type LocalTime, type WeeklySpan } from './opening-hours.ts';

/** A tax that dishes of a store may carry; `basisPoints` are hundredths of a per cent. */
export interface TaxRate {
  category: string;
  basisPoints: number;
}

/** A place of the chain. */
export const Store = defineEntity({
  name: 'Store',
  tableName: 'store',
  properties: {
    id: p.string().primary(),
    name: p.string().unique(),
    address: p.string().nullable(),
    /** ISO 4217. */
    currency: p.string(),
    /** IANA. */
    timeZone: p.string(),
    pricesIncludeTax: p.boolean(),
    taxRates: p.json<readonly TaxRate[]>(),
    /** Empty is always open. */
    openingHours: p.json<readonly WeeklySpan[]>(),
    paused: p.boolean(),
    /** The hour, 0 to 23 in the store's zone. */
    businessDayEndsAt: p.integer(),
  },
});
export type Store = InferEntity<typeof Store>;

/** A table of a store, with the code on its sticker. */
export const DiningTable = defineEntity({
  name: 'DiningTable',
  tableName: 'dining_table',
  properties: {
    id: p.string().primary(),
    storeId: p.string(),
    name: p.string(),
    code: p.string().unique(),
    seats: p.integer(),
    active: p.boolean(),
  },
  uniques: [{ properties: ['storeId', 'name'] }],
});
export type DiningTable = InferEntity<typeof DiningTable>;

/** A heading of the chain's menus. */
export const Category = defineEntity({
  name: 'Category',
  tableName: 'category',
  properties: { id: p.string().primary(), name: p.string().unique(), position: p.integer() },
});
export type Category = InferEntity<typeof Category>;

/** A part of every day, HH:MM to HH:MM in the zone of whichever store sells by it. */
export const Daypart = defineEntity({
  name: 'Daypart',
  tableName: 'daypart',
  properties: { id: p.string().primary(), name: p.string().unique(), from: p.string(), to: p.string() },
});
export type Daypart = InferEntity<typeof Daypart>;

/** A question about a dish: at least `min` and at most `max` of its modifiers are chosen. */
export const ModifierGroup = defineEntity({
  name: 'ModifierGroup',
  tableName: 'modifier_group',
  properties: { id: p.string().primary(), name: p.string(), min: p.integer(), max: p.integer() },
});
export type ModifierGroup = InferEntity<typeof ModifierGroup>;

/** An answer to a modifier group; its price is added to a portion's and may be negative. */
export const Modifier = defineEntity({
  name: 'Modifier',
  tableName: 'modifier',
  properties: {
    id: p.string().primary(),
    groupId: p.string().index(),
    name: p.string(),
    price: p.bigint('number'),
    position: p.integer(),
  },
});
export type Modifier = InferEntity<typeof Modifier>;

/** A dish in a size that may fill a slot of a combo, for `extra` on top of the combo's price. */
export interface ComboOption {
  id: string;
  dishId: string;
  specId: string;
  extra: number;
}

/** A part of a combo. */
export interface ComboSlot {
  id: string;
  name: string;
  options: readonly ComboOption[];
}

/** Whose book headquarters' dishes are in. */
export const CHAIN = '';

/** A dish, before any store's price. Slots, groups, dayparts and tags keep their order and belong to it alone. */
export const Dish = defineEntity({
  name: 'Dish',
  tableName: 'dish',
  properties: {
    id: p.string().primary(),
    /** The store that alone may sell it, or CHAIN: never null, so that the database keeps a name unique in its book. */
    owner: p.string(),
    name: p.string(),
    description: p.text().nullable(),
    categoryId: p.string(),
    modifierGroupIds: p.json<readonly string[]>(),
    comboSlots: p.json<readonly ComboSlot[]>(),
    daypartIds: p.json<readonly string[]>(),
    tags: p.json<readonly string[]>(),
    taxCategory: p.string(),
  },
  uniques: [{ properties: ['owner', 'name'] }],
});
export type Dish = InferEntity<typeof Dish>;

/** A size of a dish with the chain's price. */
export const DishSpec = defineEntity({
  name: 'DishSpec',
  tableName: 'dish_spec',
  properties: {
    id: p.string().primary(),
    dishId: p.string(),
    name: p.string(),
    price: p.bigint('number'),
    /** How many grams the price is for, of what is sold by weight; null for what is sold by the portion. */
    perGrams: p.integer().nullable(),
    position: p.integer(),
  },
  uniques: [{ properties: ['dishId', 'name'] }],
});
export type DishSpec = InferEntity<typeof DishSpec>;

/** A dish at a store: the thing that is sold. */
export const MenuItem = defineEntity({
  name: 'MenuItem',
  tableName: 'menu_item',
  properties: { id: p.string().primary(), storeId: p.string(), dishId: p.string(), soldOut: p.boolean() },
  uniques: [{ properties: ['storeId', 'dishId'] }],
});
export type MenuItem = InferEntity<typeof MenuItem>;

/** The channel of prices that hold wherever a channel has none of its own. */
export const EVERY_CHANNEL = 'ALL';

/** What a store takes for a spec instead of the chain's price, through one channel or EVERY_CHANNEL. */
export const Price = defineEntity({
  name: 'Price',
  tableName: 'price',
  properties: {
    menuItemId: p.string().primary(),
    specId: p.string().primary(),
    channel: p.string().primary(),
    price: p.bigint('number'),
  },
});
export type Price = InferEntity<typeof Price>;

/** Changes with every change of a book: a store's, or CHAIN's, which is in every store's menu. None when it never has. */
export const BookVersion = defineEntity({
  name: 'BookVersion',
  tableName: 'book_version',
  properties: { owner: p.string().primary(), version: p.string() },
});

/** A spec as one item sells it; `price` is the chain's. */
export interface MenuItemSpec {
  menuItemId: string;
  id: string;
  name: string;
  price: number;
  perGrams: number | null | undefined;
}

/** Whether a store takes orders at a time of its own zone: within its hours and not paused. */
export function isOpen(store: Store, now: LocalTime): boolean {
  return !store.paused && isWithinHours(store.openingHours, now);
}

/** Whether a dish of these dayparts is sold at a time of the store's zone; without dayparts it always is. */
export function isServed(dayparts: readonly Daypart[], now: LocalTime): boolean {
  return dayparts.length === 0 || dayparts.some(({ from, to }) => isWithin(from, to, now));
}

/** What a spec costs through a channel: the channel's own price, else the store's for all channels, else the chain's. */
export function priceOf(spec: { id: string; price: number }, prices: readonly Price[], channel: string): number {
  const own = (name: string) => prices.find(({ specId, channel }) => specId === spec.id && channel === name)?.price;
  return own(channel) ?? own(EVERY_CHANNEL) ?? spec.price;
}

/** This module's tables. */
export const entities = [
  Store,
  DiningTable,
  Category,
  Daypart,
  ModifierGroup,
  Modifier,
  Dish,
  DishSpec,
  MenuItem,
  Price,
  BookVersion,
];
