import { demoEnvironment } from '../../cli/settings.ts';
import type { App } from '../app.ts';
import type { Person } from '../people.ts';
import { key, type ListedDish, type Shop, write } from '../shop.ts';
import type { Honest } from './honest.ts';

/** What makes a fleet the product of a chain with an account of headquarters, and without the demonstration's data. */
export const CHAIN: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  ADMIN_NAME: 'Head Office',
  ADMIN_PIN: '123456',
  ...demoEnvironment,
};

/** A client as the helpers of the journeys want it. A fleet makes its account of headquarters by itself: see `CHAIN`. */
export function appOf(client: Honest): App {
  return { ...client, internal: async () => undefined } as unknown as App;
}

/** A stock item as the checker wants to hear of it. */
export interface Kept {
  stockItemId: string;
  name: string;
  onHand: number;
}

/** Something that a store keeps so much of. */
export async function keep(app: App, hq: Person, { storeId }: Shop, name: string, onHand: number): Promise<Kept> {
  const input = { idempotencyKey: key(), storeId, name, unit: 'PIECE', onHand };
  const { id } = await write(app, hq, 'createStockItem', 'CreateStockItemInput', input, 'id');
  return { stockItemId: id, name, onHand };
}

/** What a portion of a dish takes of what the store keeps. */
export async function cookWith(
  app: App,
  hq: Person,
  { storeId }: Shop,
  { menuItemId }: ListedDish,
  items: readonly Kept[],
): Promise<void> {
  const ingredients = items.map(({ stockItemId }) => ({ stockItemId, quantity: 1 }));
  await write(app, hq, 'setRecipe', 'SetRecipeInput', { storeId, menuItemId, ingredients }, 'specId');
}

/** Runs work on each of a list, so many at a time. */
export async function side<T, R>(list: readonly T[], atOnce: number, work: (one: T, index: number) => Promise<R>) {
  const results: R[] = [];
  const waiting = list.entries();
  const worker = async () => {
    for (const [index, one] of waiting) results[index] = await work(one, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, worker));
  return results;
}

const SIGN_IN = `mutation ($input: SignInDinerInput!) { signInDiner(input: $input) { __typename
  ... on Session { accessToken me { ... on Diner { id } } } ... on ConsentRequired { purposes version } } }`;

/** Signs many new diners in, so many at a time. */
export async function diners(app: App, count: number, atOnce: number): Promise<Person[]> {
  const crowd = key();
  const signIn = async (input: object) => (await app.ask(SIGN_IN, { input })).signInDiner;
  const { purposes, version } = await signIn({ provider: 'demo', credential: crowd, name: 'Nobody' });
  const consents = purposes.map((purpose: string) => ({ purpose, version, granted: true }));
  return side(Array.from({ length: count }), atOnce, async (_, index) => {
    const name = `${crowd} ${index}`;
    const session = await signIn({ provider: 'demo', credential: name, name, consents });
    return { id: session.me.id, token: session.accessToken };
  });
}
