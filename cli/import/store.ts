import { GraphFailure } from '../client.ts';
import type { Connection } from './connection.ts';
import { CommandFailure } from './refusal.ts';

/** What a file is read by: the currency of its prices, and the zone of its times. */
export interface StorePlace {
  currency: string;
  timeZone: string;
}

/** The store that an import is for. */
export interface TargetStore extends StorePlace {
  id: string;
  name: string;
}

/** What is known of the store; what is left out may be anything. */
export interface StoreWish {
  name: string;
  currency: string | undefined;
  timeZone: string | undefined;
}

/** What a store is opened with when nothing else is said. */
export const DEFAULT_PLACE: StorePlace = { currency: 'CNY', timeZone: 'Asia/Shanghai' };

const STORE = 'id name currency timeZone';

/**
 * The store of a name, if there is one. Throws a CommandFailure when it takes another currency or stands in another zone
 * than was said.
 */
export async function findStore(connection: Connection, wish: StoreWish): Promise<TargetStore | undefined> {
  const { name, currency, timeZone } = wish;
  const { stores } = await connection.ask(
    `query ($name: String!) { stores(name: $name) { edges { node { ${STORE} } } } }`,
    { name },
  );
  const store: TargetStore | undefined = stores.edges[0]?.node;
  if (store && currency && currency !== store.currency)
    throw new CommandFailure(`${name} takes ${store.currency}, not ${currency}`);
  if (store && timeZone && timeZone !== store.timeZone)
    throw new CommandFailure(`${name} stands in ${store.timeZone}, not ${timeZone}`);
  return store;
}

/** Opens a store, or finds that somebody else has just done so. Throws a CommandFailure when it may not be opened. */
export async function openStore(connection: Connection, wish: StorePlace & { name: string }): Promise<TargetStore> {
  const { name, currency, timeZone } = wish;
  const input = { idempotencyKey: crypto.randomUUID(), name, currency, timeZone };
  try {
    const { createStore } = await connection.ask(
      `mutation ($input: CreateStoreInput!) { createStore(input: $input) { ${STORE} } }`,
      { input },
    );
    return createStore;
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    const store = await findStore(connection, wish);
    if (store) return store;
    throw new CommandFailure(
      `there is no store "${name}" and it could not be opened: ${error.message} (${error.code})`,
    );
  }
}
