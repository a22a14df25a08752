import { randomUUID } from 'node:crypto';
import type { GraphClient } from '../cli/client.ts';
import { demoDiner, demoPeople } from '../cli/demo/people.ts';
import type { Demo } from '../cli/demo/seed.ts';

/** An order that was placed; its total in minor units. */
export interface TestOrder {
  id: string;
  total: number;
}

/** What is ordered, at the table: a dish in a size, or else the first of the menu that needs no choices. */
export interface OrderWishes {
  /** 1 when left out. */
  quantity?: number;
  /** The dish at the store; goes with `specId`. */
  menuItemId?: string;
  /** Its size. */
  specId?: string;
}

/** The demonstration's restaurant as a test walks into it. Everything is done through the public graph; what fails throws. */
export interface Restaurant {
  readonly storeId: string;
  /** The code of a table's QR code. */
  readonly tableCode: string;
  /** Signs a diner of this name in, who is registered when there is none yet; answers the token. */
  diner(name?: string): Promise<string>;
  /** Signs one of the staff in; answers the token. */
  staff(who: keyof typeof demoPeople): Promise<string>;
  /** Places an order for whoever a token stands for: a diner, or staff for a guest. */
  order(token: string, wishes?: OrderWishes): Promise<TestOrder>;
  /** Pays an order with the demonstration's bank, or the provider of this name. */
  pay(token: string, orderId: string, provider?: string): Promise<void>;
  /** Cancels an order. */
  cancel(token: string, orderId: string): Promise<void>;
  /** Sets a plug-in at the store, as its manager: `set('hello', { greeting: 'Ni hao' })`; null takes back what was set. */
  set(plugin: string, settings: Record<string, unknown>): Promise<void>;
  /** Switches a plug-in on or off at the store, as its manager. */
  enable(plugin: string, enabled: boolean): Promise<void>;
}

const SIGN_IN_DINER = `mutation ($input: SignInDinerInput!) { signInDiner(input: $input) {
  ... on Session { accessToken } ... on ConsentRequired { purposes version } } }`;
const SIGN_IN_STAFF = 'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }';
const MENU = `query ($storeId: ID!) { menu(storeId: $storeId) { categories { items {
  id available specs { id perGrams } dish { comboSlots { name } modifierGroups { min } } } } } }`;
const QUOTE = `query ($cart: CartInput!) { quote(input: $cart) { __typename ... on Quote { id total } } }`;
const PLACE =
  'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on Order { id total } } }';
const PAY = 'mutation ($input: PayOrderInput!) { payOrder(input: $input) { __typename } }';
const CANCEL = 'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { id } }';
const SET = 'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { name } }';

/** Opens the door of the demonstration that is there. */
export function restaurant(client: GraphClient, { storeId, tableCode }: Demo): Restaurant {
  /** The answer of a union whose other types mean that it came to nothing. */
  function expected(answer: { __typename: string }, type: string): void {
    if (answer.__typename !== type) throw new Error(`expected ${type}, and the answer is ${answer.__typename}`);
  }

  async function simpleLine(quantity: number) {
    const { menu } = await client.ask(MENU, { storeId });
    // biome-ignore lint/suspicious/noExplicitAny: it is what was selected above
    const items: any[] = menu.categories.flatMap((category: { items: object[] }) => category.items);
    const item = items.find(
      ({ available, specs, dish }) =>
        available &&
        specs[0].perGrams === null &&
        dish.comboSlots.length === 0 &&
        dish.modifierGroups.every(({ min }: { min: number }) => min === 0),
    );
    if (!item) throw new Error('the demonstration has nothing simple to order');
    return { menuItemId: item.id, specId: item.specs[0].id, quantity };
  }

  async function setPlugin(input: object): Promise<void> {
    await client.ask(SET, { input: { storeId, ...input } }, await staff('manager'));
  }

  async function staff(who: keyof typeof demoPeople): Promise<string> {
    const { name, pin } = demoPeople[who];
    return (await client.ask(SIGN_IN_STAFF, { input: { name, pin } })).signInStaff.accessToken;
  }

  return {
    storeId,
    tableCode,
    staff,

    async diner(name = demoDiner.credential) {
      const signIn = async (consents: object[]) =>
        (await client.ask(SIGN_IN_DINER, { input: { provider: 'demo', credential: name, consents } })).signInDiner;
      const { accessToken, purposes, version } = await signIn([]);
      if (accessToken) return accessToken;
      const consents = purposes.map((purpose: string) => ({ purpose, version, granted: true }));
      return (await signIn(consents)).accessToken;
    },

    async order(token, { quantity = 1, menuItemId, specId } = {}) {
      const line = menuItemId && specId ? { menuItemId, specId, quantity } : await simpleLine(quantity);
      const cart = { storeId, tableCode, lines: [line] };
      const { quote } = await client.ask(QUOTE, { cart }, token);
      expected(quote, 'Quote');
      const input = { idempotencyKey: randomUUID(), cart, quoteId: quote.id, total: quote.total };
      const { placeOrder } = await client.ask(PLACE, { input }, token);
      expected(placeOrder, 'Order');
      return { id: placeOrder.id, total: placeOrder.total };
    },

    async pay(token, orderId, provider = 'demo') {
      const input = { idempotencyKey: randomUUID(), orderId, provider };
      expected((await client.ask(PAY, { input }, token)).payOrder, 'Order');
    },

    async cancel(token, orderId) {
      await client.ask(CANCEL, { input: { idempotencyKey: randomUUID(), orderId, reason: 'A test' } }, token);
    },

    set: (name, settings) =>
      setPlugin({
        name,
        settings: Object.entries(settings).map(([setting, value]) => ({
          name: setting,
          value: value === null ? null : JSON.stringify(value),
        })),
      }),
    enable: (name, enabled) => setPlugin({ name, enabled }),
  };
}
