import { modules } from '../cli/modules.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Module } from '../kernel/module.ts';
import type { Wish } from '../plugins/meituan/simulator/diner.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../plugins/meituan/simulator/index.ts';
import type { OrderedFood, SimulatedOrder } from '../plugins/meituan/simulator/world.ts';
import { type App, startApp, type TestClock, testClock } from './app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from './counter.ts';
import type { Person } from './people.ts';
import { key, type ListedDish, write } from './shop.ts';

/** A Meituan beside the product, as the real one is: it outlives the product, and has books of its own. */
export interface Meituan extends AsyncDisposable {
  readonly simulator: Simulator;
  /** What the product is told of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Pushes go to this app from now on. */
  pushesTo(app: Pick<App, 'url'>): void;
}

/** Where Meituan believes the product to be. */
const CALLBACK_URL = 'https://till.example/webhooks/meituan';
/** The code that the restaurant bears over there. */
export const SHOP = 'shop-1';

/** Starts a Meituan by the same clock as the product's. */
export async function startMeituan(clock: Clock, options: Partial<SimulatorOptions> = {}): Promise<Meituan> {
  let app: Pick<App, 'url'> | undefined;
  const resolve = (url: string) => `${app?.url ?? 'http://127.0.0.1:9'}${new URL(url).pathname}`;
  const simulator = await startSimulator({ clock, callbackUrl: CALLBACK_URL, resolve, ...options });
  return {
    simulator,
    environment: {
      MEITUAN_APP_ID: simulator.credentials.appId,
      MEITUAN_APP_SECRET: simulator.credentials.appSecret,
      MEITUAN_BASE_URL: simulator.baseUrl,
      MEITUAN_CALLBACK_URL: CALLBACK_URL,
      MEITUAN_TIMEOUT_SECONDS: '1',
    },
    pushesTo(next) {
      app = next;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Sets something of the plug-in at the restaurant's store. */
export async function setMeituan(app: App, { hq, shop }: Restaurant, values: object): Promise<void> {
  const settings = Object.entries(values).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  await write(
    app,
    hq,
    'setPlugin',
    'SetPluginInput',
    { name: 'meituan', storeId: shop.storeId, settings },
    '__typename',
  );
}

/** A dish as a diner orders it over there, at that price of a portion in fen. */
export function food({ menuItemId, specs }: ListedDish, price: number, more: Partial<OrderedFood> = {}): OrderedFood {
  const [spec = '', sku = ''] = Object.entries(specs)[0] ?? [];
  const what = { app_food_code: menuItemId, sku_id: sku, food_name: '红烧牛肉面', spec, quantity: 1, price };
  return { ...what, ...more };
}

const ORDER = `id state version channel pickupNumber subtotal discount tax total note cancelReason externalId
  lines { id name specName quantity unitPrice subtotal discount tax total note item { id } }
  payments { provider state amount refunded reference }
  tickets { id state lines { name quantity note } }
  delivery { platform externalId dayNumber recipient phone address deliverAt confirmBy reminders
    refundRequest { id reason state amount } }`;

/** What is to be seen of Meituan's orders at a restaurant. */
export function bookOf(app: App, { shop, hq }: Restaurant) {
  /** The store's orders that a number of Meituan's stands for, in any state: there is to be one. */
  async function all(orderNo: string, who: Person = hq): Promise<Told[]> {
    const states = 'PLACING REJECTED AWAITING_PAYMENT PAID PREPARING READY COMPLETED CANCELLED EXPIRED'.split(' ');
    const { orders } = await app.ask(
      `query ($storeId: ID!, $states: [OrderState!]) {
        orders(storeId: $storeId, states: $states, first: 100) { edges { node { ${ORDER} } } }
      }`,
      { storeId: shop.storeId, states },
      who.token,
    );
    return orders.edges.map(({ node }: Told) => node).filter(({ externalId }: Told) => externalId === orderNo);
  }
  const book = {
    all,
    /** The one order of a number, after all that was pushed so far has been acted upon. */
    async order({ orderNo }: Pick<SimulatedOrder, 'orderNo'>): Promise<Told> {
      await book.settled();
      const [order, ...more] = await all(orderNo);
      if (more.length > 0) throw new Error(`${orderNo} is in the book ${more.length + 1} times`);
      return order;
    },
    /** Whatever was pushed has been acted upon, and Meituan told whatever it is to be told. */
    async settled(): Promise<void> {
      await app.runJob('meituan.workOff');
      await app.settled();
      await app.runJob('orders.tellPlatforms');
      await app.runJob('meituan.workOff');
      await app.settled();
    },
  };
  return book;
}

/** A restaurant that is joined to Meituan, by one clock. */
export type JoinedStore = Awaited<ReturnType<typeof openJoinedStore>>;

/** Opens a restaurant, and joins it to a Meituan beside it; `more` is what a test adds to the product. */
export async function openJoinedStore(more: readonly Module[] = []) {
  const clock: TestClock = testClock();
  await using opening = new AsyncDisposableStack();
  const meituan = opening.use(await startMeituan(clock));
  const environment = { ...meituan.environment, MEMBERS_ACCESS_MINUTES: '120' };
  const app = opening.use(await startApp({ modules: [...modules, ...more], clock, environment }));
  meituan.pushesTo(app);
  const restaurant = await openRestaurant(app);
  const counter: Counter = counterOf(app, restaurant);
  const book = bookOf(app, restaurant);
  const set = (values: object) => setMeituan(app, restaurant, values);
  await set({ shopCode: SHOP });
  const open = opening.move();
  return {
    clock,
    meituan,
    app,
    restaurant,
    counter,
    book,
    set,
    diner: meituan.simulator.diner,
    /** Two noodles at 26.00, boxes at 1.00, the way at 5.00, less 11.00: 48.00. */
    wish: (more: Partial<Wish> = {}): Wish => ({
      shop: SHOP,
      foods: [food(restaurant.noodles, 2600, { quantity: 2, box_num: 2, box_price: 100, food_property: '微辣,少面' })],
      shippingFee: 500,
      discount: 1100,
      ...more,
    }),
    /** The calls about an order that Meituan has believed and done. */
    callsOf: ({ orderNo }: { orderNo: string }): string[] =>
      meituan.simulator.calls.filter(({ params }) => params['order_id'] === orderNo).map(({ path }) => path),
    /** What Meituan was to be told of an order beside what is about money, and whether it was. */
    async notices(there: { orderNo: string }): Promise<string[]> {
      const { id } = await book.order(there);
      const select = 'select kind, state from platform_notice where order_id = ? order by id';
      const rows = await app.sql<{ kind: string; state: string }>('orders', select, [id]);
      return rows.map(({ kind, state }) => `${kind} ${state}`);
    },
    /** What an answer to a wish for a refund has made of the order, or the error's code. */
    async answer(orderId: string, agree: boolean, who = restaurant.hq, idempotencyKey = key()): Promise<string> {
      const text = 'mutation ($input: AnswerRefundRequestInput!) { answerRefundRequest(input: $input) { state } }';
      const { data, errors } = await app.graph(text, { input: { idempotencyKey, orderId, agree } }, who.token);
      return errors?.[0]?.extensions.code ?? data.answerRefundRequest.state;
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
