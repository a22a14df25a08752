import type { Day, DayOrder } from './day.ts';
import { follow, type Player } from './people.ts';
import { type PlayedOrder, recipeKey } from './played.ts';
import type { Scene } from './scene.ts';
import type { Timings } from './timings.ts';

export interface PlayResult {
  orders: PlayedOrder[];
  /** Orders that did not come through, with the reason. */
  failures: string[];
}

/** Every so many orders, a waiter takes a guest's order and cash. */
const GUEST_EVERY = 5;
/** How long an order may wait for its tickets, and for its end, in milliseconds. */
const PATIENCE = 30_000;

const QUOTE = 'query ($cart: CartInput!) { quote(input: $cart) { __typename ... on Quote { id total } } }';
const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { __typename ... on Order { id } }
}`;
const PAY = 'mutation ($input: PayOrderInput!) { payOrder(input: $input) { __typename ... on Order { state } } }';
const ADVANCE = 'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { state } }';
const KITCHEN =
  'subscription ($storeId: ID!) { kitchenChanged(storeId: $storeId) { snapshot tickets { id order { id } } } }';
const ORDER = 'subscription ($orderId: ID!) { orderChanged(orderId: $orderId) { state } }';

/** Plays a day's orders through the public graph, so many at a time, each until it is completed. */
export async function play(
  scene: Scene,
  day: Day,
  { concurrency, times, onDone }: { concurrency: number; times: Timings; onDone: (orders: number) => void },
): Promise<PlayResult> {
  const screen = await watchKitchen(scene);
  const waiting = day.orders.entries();
  const orders: PlayedOrder[] = [];
  const failures: string[] = [];
  const worker = async () => {
    for (const [index, order] of waiting) {
      const guest = index % GUEST_EVERY === GUEST_EVERY - 1;
      const player = guest ? scene.waiter : (scene.diners[index % scene.diners.length] as Player);
      try {
        const provider = guest ? 'cash' : 'demo';
        const paid = await playOrder({ scene, screen, times, player }, order, provider);
        orders.push({ ...order, ...paid, dinerId: player.dinerId, provider });
      } catch (error) {
        failures.push(`order ${order.externalId}: ${(error as Error).message}`);
      }
      onDone(orders.length + failures.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  screen.stop();
  return { orders, failures };
}

interface Part {
  scene: Scene;
  screen: KitchenScreen;
  times: Timings;
  player: Player;
}

/** One order from the quote until it is completed; answers its id and what was paid. */
async function playOrder(
  { scene, screen, times, player }: Part,
  order: DayOrder,
  provider: string,
): Promise<{ orderId: string; total: number }> {
  const { connection, socket } = player;
  const cart = {
    storeId: scene.storeId,
    channel: order.channel,
    lines: order.lines.map(({ name, spec, quantity }) => {
      const { menuItemId, specId } = scene.menu.get(recipeKey(name, spec)) ?? {};
      return { menuItemId, specId, quantity };
    }),
  };
  const { quote } = await times.time('quote', () => connection.ask(QUOTE, { cart }));
  expect('quote', quote, 'Quote');
  const placing = { idempotencyKey: crypto.randomUUID(), cart, quoteId: quote.id, total: quote.total };
  const { placeOrder } = await times.time('place', () => connection.ask(PLACE, { input: placing }));
  expect('placeOrder', placeOrder, 'Order');
  const orderId: string = placeOrder.id;

  const completed = Promise.withResolvers<void>();
  const watch = follow<{ orderChanged: { state: string } }>(socket, ORDER, { orderId }, ({ orderChanged }) => {
    if (orderChanged.state === 'COMPLETED') completed.resolve();
  });
  try {
    const paying = { idempotencyKey: crypto.randomUUID(), orderId, provider };
    const { payOrder } = await times.time('pay', () => connection.ask(PAY, { input: paying }));
    expect('payOrder', payOrder, 'Order');
    const ticketIds = await times.time('ticket shown', () => screen.ticketsOf(orderId));
    for (const to of ['STARTED', 'READY', 'SERVED']) {
      for (const ticketId of ticketIds) {
        const advancing = { idempotencyKey: crypto.randomUUID(), ticketId, to };
        await times.time('advance', () => scene.cook.connection.ask(ADVANCE, { input: advancing }));
      }
    }
    await times.time('completed', () => soon(Promise.race([completed.promise, watch.failed]), 'completed'));
  } finally {
    watch.stop();
  }
  return { orderId, total: quote.total };
}

function expect(field: string, result: { __typename: string }, wanted: string): void {
  if (result.__typename !== wanted) throw new Error(`${field} answered ${result.__typename}`);
}

/** A cook's screen, which shows an order's tickets once the kitchen has them. */
interface KitchenScreen {
  ticketsOf(orderId: string): Promise<readonly string[]>;
  stop(): void;
}

async function watchKitchen({ cook, storeId }: Scene): Promise<KitchenScreen> {
  const shown = new Map<string, PromiseWithResolvers<readonly string[]>>();
  const of = (orderId: string) => {
    const entry = shown.get(orderId) ?? Promise.withResolvers<readonly string[]>();
    shown.set(orderId, entry);
    return entry;
  };
  const ready = Promise.withResolvers<void>();
  type Frame = { kitchenChanged: { snapshot: boolean; tickets: { id: string; order: { id: string } }[] } };
  const { stop, failed } = follow<Frame>(cook.socket, KITCHEN, { storeId }, ({ kitchenChanged }) => {
    if (kitchenChanged.snapshot) ready.resolve();
    for (const [orderId, tickets] of Map.groupBy(kitchenChanged.tickets, ({ order }) => order.id))
      of(orderId).resolve(tickets.map(({ id }) => id));
  });
  await soon(Promise.race([ready.promise, failed]), 'shown to the kitchen');
  return { stop, ticketsOf: (orderId) => soon(Promise.race([of(orderId).promise, failed]), 'shown to the kitchen') };
}

/** Gives up on what does not come. */
async function soon<T>(event: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`was not ${what} in ${PATIENCE / 1_000} s`)), PATIENCE);
  try {
    return await Promise.race([event, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
