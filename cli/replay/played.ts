/** What one order of the file became. */
export interface PlayedOrder {
  /** Its number in the file. */
  externalId: string;
  /** Its id in the product. */
  orderId: string;
  /** Null for a guest whose order a waiter took. */
  dinerId: string | null;
  provider: string;
  /** What the diner saw and paid, in minor units. */
  total: number;
  lines: readonly PlayedLine[];
}

/** A line as the file has it, equal ones put together. */
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

/** All that a replay did, for the checker to hold the databases against. */
export interface Played {
  storeId: string;
  currency: string;
  /** The currency's decimals. */
  decimals: number;
  /** What the file's rows of the day add up to, in minor units. */
  fileRevenue: number;
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
