import { clearTimeout, setTimeout } from 'k6/timers';
import { fillCart } from './cart.ts';
import { follow } from './follow.ts';
import type { Graph } from './graph.ts';
import { type DinerSteps, say } from './lines.ts';
import { MENU, ORDER, PAY, PLACE, QUOTE, SCAN } from './operations.ts';
import type { Telephone } from './telephone.ts';

/** Whose journey it is, and where it begins. */
export interface Guest {
  url: string;
  graph: Graph;
  telephone: Telephone;
  tableCode: string;
}

/** How long an order may take until it is on the table, in milliseconds. */
const PATIENCE = 60_000;

/** One diner's visit: from the scanned code to the served dish. Says what it did; throws an Error where it broke off. */
export async function journey({ url, graph, telephone, tableCode }: Guest): Promise<void> {
  const scan = graph.ask('scan', SCAN, { code: tableCode });
  const storeId: string = scan.data.table.store.id;
  const menu = graph.ask('menu', MENU, { storeId });
  const items = menu.data.menu.categories.flatMap((category: { items: unknown[] }) => category.items);
  const { session, took: signIn } = telephone.session();
  const { token, dinerId } = session;
  const { lines, seen } = fillCart(items);

  const cart = { storeId, channel: 'DINE_IN', tableCode, lines };
  const quote = graph.ask('quote', QUOTE, { cart }, token);
  const { id: quoteId, total } = expected('quote', quote.data.quote, 'Quote');
  const placing = { idempotencyKey: crypto.randomUUID(), cart, quoteId, total };
  const place = await graph.insist('place', PLACE, { input: placing }, token);
  const { id: orderId } = expected('place', place.data.placeOrder, 'Order');
  say({ kind: 'placed', orderId, dinerId, total, lines: seen });

  const order = await followOrder(url, token, orderId);
  try {
    const paying = { idempotencyKey: crypto.randomUUID(), orderId, provider: 'demo' };
    const payingAt = Date.now();
    const pay = await graph.insist('pay', PAY, { input: paying }, token);
    expected('pay', pay.data.payOrder, 'Order');
    say({ kind: 'paid', orderId });
    const completedAt = await order.completed;
    const steps: DinerSteps = {
      scan: scan.took,
      menu: menu.took,
      ...(signIn !== undefined && { signIn }),
      quote: quote.took,
      place: place.took,
      follow: order.took,
      pay: pay.took,
    };
    say({ kind: 'completed', orderId, payingAt, completedAt, steps });
  } finally {
    order.stop();
  }
}

function expected<T extends { __typename: string }>(step: string, answer: T, wanted: string): T {
  if (answer.__typename !== wanted) throw new Error(`${step}: answered ${answer.__typename}`);
  return answer;
}

/** An order that is shown live. */
interface Followed {
  /** From the opening of the socket until the order was shown, in milliseconds. */
  took: number;
  /** When it was seen to be completed, in epoch milliseconds. */
  completed: Promise<number>;
  stop(): void;
}

function followOrder(url: string, token: string, orderId: string): Promise<Followed> {
  const began = Date.now();
  return new Promise((resolve, reject) => {
    let done = (_at: number) => {};
    let fail = (_reason: Error) => {};
    const completed = new Promise<number>((resolveCompleted, rejectCompleted) => {
      done = resolveCompleted;
      fail = rejectCompleted;
    });
    // Whoever waits for it is told; nobody does when the payment breaks off first.
    completed.catch(() => {});
    const giveUp = (reason: string) => {
      const failure = new Error(`follow: ${reason}`);
      reject(failure);
      fail(failure);
    };
    const timer = setTimeout(() => {
      halt();
      giveUp(`order ${orderId} was not completed in ${PATIENCE / 1_000} s`);
    }, PATIENCE);
    const halt = follow<{ orderChanged: { state: string } }>({
      url,
      token,
      query: ORDER,
      variables: { orderId },
      onData({ orderChanged }) {
        const now = Date.now();
        if (orderChanged.state === 'COMPLETED') done(now);
        resolve({ took: now - began, completed, stop });
      },
      onEnd: giveUp,
    });
    const stop = () => {
      clearTimeout(timer);
      halt();
    };
  });
}
