/** What one order that was played became. */
export interface PlayedOrder {
  /** What whoever played it calls it, such as its number in the file. */
  externalId: string;
  /** Its id in the product. */
  orderId: string;
  /** Null for a guest whose order a waiter took. */
  dinerId: string | null;
  provider: string;
  /** What the diner saw and paid, in minor units. */
  total: number;
  lines: readonly PlayedLine[];
  /** True of an order that was left before it was paid: it holds its stock, and nothing else has come of it. */
  unpaid?: boolean;
}

/** A line as it was ordered, equal ones put together. */
export interface PlayedLine {
  name: string;
  spec: string;
  quantity: number;
  /** Minor units. */
  unitPrice: number;
}

/** Something that the store keeps, as it was before the first order. */
export interface StartingStock {
  stockItemId: string;
  name: string;
  onHand: number;
}

/** A level of the membership programme, as the graph tells it. */
export interface PublishedTier {
  threshold: number;
  /** Points for a whole unit of currency, in hundredths. */
  earnRate: number;
}

/** All that was played, for the checker to hold the databases against. */
export interface Played {
  storeId: string;
  currency: string;
  /** The currency's decimals. */
  decimals: number;
  /** What was ordered adds up to, before discounts, by the prices outside the product: in minor units. */
  ordered: number;
  orders: readonly PlayedOrder[];
  stock: readonly StartingStock[];
  /** What a portion takes of each stock item, by `recipeKey`. */
  recipes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  tiers: readonly PublishedTier[];
}

/** Names a size of a dish. */
export function recipeKey(name: string, spec: string): string {
  return JSON.stringify([name, spec]);
}
