import { GraphFailure } from '../client.ts';
import type { Connection } from './connection.ts';
import { CommandFailure } from './refusal.ts';

/** The store that an import is for. */
export interface TargetStore {
  id: string;
  name: string;
  currency: string;
  timeZone: string;
}

/** What to open a store with; what is left out is as createStore has it. */
export interface StoreWish {
  name: string;
  currency: string | undefined;
  timeZone: string | undefined;
}

const STORE = 'id name currency timeZone';

/**
 * The store of a name, opened when there is none. Throws a CommandFailure when it may not be opened, or when there is
 * one that takes another currency or stands in another zone than was said.
 */
export async function ensureStore(connection: Connection, wish: StoreWish): Promise<TargetStore & { opened: boolean }> {
  const { name, currency, timeZone } = wish;
  const found = await connection.ask(`query ($name: String!) { stores(name: $name) { edges { node { ${STORE} } } } }`, {
    name,
  });
  const store: TargetStore | undefined = found.stores.edges[0]?.node;
  if (store) {
    if (currency && currency !== store.currency)
      throw new CommandFailure(`${name} takes ${store.currency}, not ${currency}`);
    if (timeZone && timeZone !== store.timeZone)
      throw new CommandFailure(`${name} stands in ${store.timeZone}, not ${timeZone}`);
    return { ...store, opened: false };
  }
  const input = {
    idempotencyKey: crypto.randomUUID(),
    name,
    ...(currency && { currency }),
    ...(timeZone && { timeZone }),
  };
  try {
    const { createStore } = await connection.ask(
      `mutation ($input: CreateStoreInput!) { createStore(input: $input) { ${STORE} } }`,
      { input },
    );
    return { ...createStore, opened: true };
  } catch (error) {
    if (!(error instanceof GraphFailure)) throw error;
    throw new CommandFailure(
      `there is no store "${name}" and it could not be opened: ${error.message} (${error.code})`,
    );
  }
}
