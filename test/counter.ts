import type { Answer, App } from './app.ts';
import { diner, headquarters, type Person, staff } from './people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from './shop.ts';

/** What an answer about an order is read for. */
const ORDER = `__typename ... on Order {
  id state version pickupNumber subtotal discount tax total businessDay cancelReason expiresAt paidAt completedAt
  payments { id provider state amount refunded reference }
}`;

/** Every mutation of orders with its input's type and what its answer is read for. */
const mutations = {
  placeOrder: `PlaceOrderInput ${ORDER}
    ... on PriceChanged { quote { id total } }
    ... on OutOfStock { shortages { item { id } requested available } }
    ... on ItemsUnavailable { items { id } }
    ... on CouponUnavailable { coupon { id } code }
    ... on TableUnavailable { tableCode }
    ... on StoreClosed { store { id } }`,
  payOrder: `PayOrderInput ${ORDER}
    ... on PaymentDeclined { reason order { id state version } }
    ... on PaymentPending { action payment { id state } order { id state } }`,
  cancelOrder: `CancelOrderInput ${ORDER}`,
  importOrders: 'ImportOrdersInput created unchanged total refused { externalId code }',
};

const QUOTE = `query ($cart: CartInput!) { quote(input: $cart) { __typename
  ... on Quote {
    id subtotal discount tax total
    lines { id name quantity unitPrice subtotal discount tax total gift item { id } }
    pricingPlan { applied { name amount coupon { id } promotion { id } } rejected { name code coupon { id } } }
  }
  ... on OutOfStock { shortages { item { id } requested available } }
  ... on ItemsUnavailable { items { id } } ... on TableUnavailable { tableCode } ... on StoreClosed { store { id } } } }`;

/** A field's answer, or its error's code. A test reads what was selected. */
// biome-ignore lint/suspicious/noExplicitAny: as it says
export type Told = any;

/** A store that sells noodles at 28.00 and tea at 8.00, and everybody who has to do with its orders. */
export interface Restaurant {
  hq: Person;
  shop: Shop;
  noodles: ListedDish;
  tea: ListedDish;
  guest: Person;
  waiter: Person;
  cook: Person;
}

/** Opens the restaurant. */
export async function openRestaurant(app: App): Promise<Restaurant> {
  const hq = await headquarters(app);
  const shop = await openShop(app, hq);
  return {
    hq,
    shop,
    noodles: await addDish(app, hq, shop, `Noodles ${key()}`, { Regular: 2800 }),
    tea: await addDish(app, hq, shop, `Tea ${key()}`, { Pot: 800 }),
    guest: await diner(app, `Guest ${key()}`),
    waiter: await staff(app, hq, 'WAITER', [shop.storeId]),
    cook: await staff(app, hq, 'COOK', [shop.storeId]),
  };
}

/** What people do at a restaurant's counter, through the public graph of a product that runs it. */
export type Counter = ReturnType<typeof counterOf>;

/** The counter of a restaurant. After a restart the same restaurant has a counter on the new app. */
export function counterOf(app: App, { hq, shop, guest, noodles, cook }: Restaurant) {
  const said = (field: string, { data, errors }: Answer): Told => errors?.[0]?.extensions.code ?? data[field];

  async function run(who: Person, field: keyof typeof mutations, input: object): Promise<Told> {
    const [, type, select] = mutations[field].match(/^(\w+) (.*)$/s) ?? [];
    const text = `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`;
    return said(field, await app.graph(text, { input }, who.token));
  }

  const counter = {
    app,
    run,
    /** So many portions of dishes, at the store's table. */
    cart: (...lines: [ListedDish, number][]) => ({
      storeId: shop.storeId,
      tableCode: shop.tableCode,
      lines: lines.map(([{ menuItemId, specs }, quantity]) => {
        return { menuItemId, specId: Object.values(specs)[0], quantity };
      }),
    }),
    async quote(who: Person, cart: object): Promise<Told> {
      return said('quote', await app.graph(QUOTE, { cart }, who.token));
    },
    /** The input that places a cart at the price of this moment. */
    async placing(who: Person, cart: object) {
      const { id: quoteId, total } = await counter.quote(who, cart);
      return { idempotencyKey: key(), cart, quoteId, total };
    },
    place: async (who: Person, cart: object): Promise<Told> => run(who, 'placeOrder', await counter.placing(who, cart)),
    pay: (who: Person, orderId: string, more: object = {}): Promise<Told> =>
      run(who, 'payOrder', { idempotencyKey: key(), orderId, provider: 'demo', ...more }),
    cancel: (who: Person, orderId: string, more: object = {}): Promise<Told> =>
      run(who, 'cancelOrder', { idempotencyKey: key(), orderId, ...more }),
    order: async (who: Person, id: string): Promise<Told> =>
      said('order', await app.graph(`query ($id: ID!) { order(id: $id) { ${ORDER} } }`, { id }, who.token)),
    /** The order as soon as it has come so far, as its live updates tell. */
    async until(who: Person, id: string, hasCome: (order: Told) => boolean): Promise<Told> {
      const query = `subscription ($id: ID!) { orderChanged(orderId: $id) { ${ORDER} } }`;
      for await (const { data } of app.sockets(who.token).iterate({ query, variables: { id } })) {
        const order = (data as Told)?.orderChanged;
        if (order && hasCome(order)) return order;
      }
      throw new Error(`order ${id} has not come so far`);
    },
    /** An order of the guest's that waits for its payment: two noodles, unless told otherwise. */
    placed: (cart: object = counter.cart([noodles, 2])): Promise<Told> => counter.place(guest, cart),
    /** An order of the guest's that is paid, and that all have heard of. */
    async paid(cart?: object): Promise<Told> {
      const { id } = await counter.placed(cart);
      const order = await counter.pay(guest, id);
      await app.settled();
      return order;
    },
    /** The kitchen moves all of an order's tickets on, step by step. */
    async cookTo(orderId: string, ...steps: string[]): Promise<void> {
      const read = 'query ($id: ID!) { order(id: $id) { tickets { id } } }';
      const { order } = await app.ask(read, { id: orderId }, cook.token);
      for (const to of steps)
        for (const { id: ticketId } of order.tickets)
          await write(app, cook, 'advanceTicket', 'AdvanceTicketInput', { idempotencyKey: key(), ticketId, to }, 'id');
      await app.settled();
    },
    /** A stock item of which each portion of a dish takes one. */
    async keep({ menuItemId }: ListedDish, onHand: number): Promise<string> {
      const { storeId } = shop;
      const item = { idempotencyKey: key(), storeId, name: key(), unit: 'PIECE', onHand };
      const { id } = await write(app, hq, 'createStockItem', 'CreateStockItemInput', item, 'id');
      const recipe = { storeId, menuItemId, ingredients: [{ stockItemId: id, quantity: 1 }] };
      await write(app, hq, 'setRecipe', 'SetRecipeInput', recipe, 'specId');
      return id;
    },
    /** What lies in the store, and what of it is reserved. */
    async stock(stockItemId: string): Promise<[onHand: number, reserved: number]> {
      const read =
        'query ($id: ID!) { stockItems(storeId: $id, first: 100) { edges { node { id onHand reserved } } } }';
      const { stockItems } = await app.ask(read, { id: shop.storeId }, hq.token);
      const { node } = stockItems.edges.find((edge: Told) => edge.node.id === stockItemId);
      return [node.onHand, node.reserved];
    },
    /** A coupon of somebody's for so much off. */
    async coupon({ id: dinerId }: Person, amount: number, rule: object = {}): Promise<string> {
      const template = { idempotencyKey: key(), name: key(), rule: { kind: 'AMOUNT_OFF', amount, ...rule } };
      const { id } = await write(app, hq, 'createCouponTemplate', 'CreateCouponTemplateInput', template, 'id');
      const coupon = { idempotencyKey: key(), templateId: id, dinerId };
      return (await write(app, hq, 'issueCoupon', 'IssueCouponInput', coupon, 'id')).id;
    },
    async couponState({ token }: Person, couponId: string): Promise<string> {
      const read = '{ me { ... on Diner { coupons(first: 100) { edges { node { id state } } } } } }';
      const { me } = await app.ask(read, {}, token);
      return me.coupons.edges.find((edge: Told) => edge.node.id === couponId).node.state;
    },
  };
  return counter;
}
