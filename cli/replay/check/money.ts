import type { Played, PlayedLine } from '../played.ts';
import { type Check, differ, sum, type Tables } from './tables.ts';

interface OrderRow {
  id: string;
  state: string;
  currency: string;
  subtotal: number;
  discount: number;
  tax: number;
  total: number;
  plan: string;
  diner_id: string | null;
  pickup_number: number | null;
  business_day: string;
}

interface LineRow {
  order_id: string;
  name: string;
  spec_name: string;
  unit_price: number;
  quantity: number;
  subtotal: number;
  discount: number;
  tax_basis_points: number;
  tax: number;
  total: number;
  gift: number;
}

interface PaymentRow {
  id: string;
  order_id: string;
  provider: string;
  amount: number;
  currency: string;
  state: string;
  refunded: number;
}

/** Orders, lines, discounts, tax and payments against the file and against each other. */
export const checkMoney: Check<Played> = async function* (tables, played) {
  const orders = await tables.rows<OrderRow>(
    'orders',
    'select * from customer_order where store_id = ? and source is null order by id',
    played.storeId,
  );
  const ofStore = 'order_id in (select id from customer_order where store_id = ?)';
  const lines = await tables.rows<LineRow>('orders', `select * from order_line where ${ofStore}`, played.storeId);
  const payments = await tables.rows<PaymentRow>('orders', `select * from payment where ${ofStore}`, played.storeId);
  const linesOf = Map.groupBy(lines, (line) => line.order_id);
  const paymentsOf = Map.groupBy(payments, (payment) => payment.order_id);
  const byId = new Map(orders.map((order) => [order.id, order]));

  const taxIncluded = await includesTax(tables, played.storeId);
  yield* differ('orders of the store', played.orders.length, orders.length);
  for (const { orderId, externalId, dinerId, provider, total, unpaid, lines: fileLines } of played.orders) {
    const what = `order ${externalId} (${orderId})`;
    const order = byId.get(orderId);
    if (!order) {
      yield `${what} is not stored`;
      continue;
    }
    yield* differ(`${what}, state`, unpaid ? 'AWAITING_PAYMENT' : 'COMPLETED', order.state);
    yield* differ(`${what}, currency`, played.currency, order.currency);
    yield* differ(`${what}, diner`, dinerId, order.diner_id);
    yield* differ(`${what}, total that was shown`, total, order.total);
    yield* checkLines(what, fileLines, linesOf.get(orderId) ?? [], taxIncluded);
    yield* checkSums(what, order, linesOf.get(orderId) ?? []);
    yield* checkPayments(what, order, unpaid ? undefined : provider, paymentsOf.get(orderId) ?? []);
  }
  yield* checkRevenue(played, orders, payments);
  yield* checkNumbers(orders);
  yield* checkProviderBooks(tables, payments);
};

async function includesTax(tables: Tables, storeId: string): Promise<boolean> {
  const [store] = await tables.rows<{ prices_include_tax: number }>(
    'menu',
    'select prices_include_tax from store where id = ?',
    storeId,
  );
  return store?.prices_include_tax === 1;
}

function* checkLines(what: string, file: readonly PlayedLine[], lines: readonly LineRow[], taxIncluded: boolean) {
  const sold = lines.filter(({ gift }) => !gift);
  yield* differ(`${what}, number of lines`, file.length, sold.length);
  for (const { name, spec, quantity, unitPrice } of file) {
    const line = sold.find((candidate) => candidate.name === name && candidate.spec_name === spec);
    yield* differ(`${what}, quantity of ${name} (${spec})`, quantity, line?.quantity);
    yield* differ(`${what}, price of ${name} (${spec})`, unitPrice, line?.unit_price);
  }
  for (const line of lines) {
    const { name, unit_price, quantity, subtotal, discount, total, tax, tax_basis_points } = line;
    const amount = subtotal - discount;
    const owed = taxOf(amount, tax_basis_points, taxIncluded);
    yield* differ(`${what}, subtotal of ${name}`, unit_price * quantity, subtotal);
    yield* differ(`${what}, tax of ${name}`, owed, tax);
    yield* differ(`${what}, total of ${name}`, taxIncluded ? amount : amount + owed, total);
  }
}

/** The tax of an amount, half a minor unit rounded up in the net amount or, on top of it, in the tax. */
function taxOf(amount: number, basisPoints: number, included: boolean): number {
  const halfUp = (product: bigint, divisor: bigint) => Number((2n * product + divisor) / (2n * divisor));
  if (!included) return halfUp(BigInt(amount) * BigInt(basisPoints), 10_000n);
  return amount - halfUp(BigInt(amount) * 10_000n, 10_000n + BigInt(basisPoints));
}

function* checkSums(what: string, order: OrderRow, lines: readonly LineRow[]) {
  for (const field of ['subtotal', 'discount', 'tax', 'total'] as const) {
    yield* differ(
      `${what}, ${field} of its lines`,
      sum(lines, (line) => line[field]),
      order[field],
    );
  }
  const { applied } = JSON.parse(order.plan) as { applied: { amount: number }[] };
  yield* differ(
    `${what}, discount by its pricing plan`,
    sum(applied, ({ amount }) => amount),
    order.discount,
  );
}

/** One payment of the whole, by this provider; without one, none. */
function* checkPayments(what: string, order: OrderRow, provider: string | undefined, payments: readonly PaymentRow[]) {
  const taken = payments.filter(({ state }) => state === 'SUCCEEDED');
  yield* differ(`${what}, payments`, provider ? 1 : 0, taken.length);
  for (const payment of taken) {
    yield* differ(`${what}, amount paid`, order.total, payment.amount);
    yield* differ(`${what}, currency paid`, order.currency, payment.currency);
    yield* differ(`${what}, provider`, provider, payment.provider);
    yield* differ(`${what}, refunded`, 0, payment.refunded);
  }
}

function* checkRevenue(
  { ordered, orders: played }: Played,
  orders: readonly OrderRow[],
  payments: readonly PaymentRow[],
) {
  const untaxed = sum(orders, ({ subtotal }) => subtotal);
  yield* differ('revenue as it was ordered and by the orders', ordered, untaxed);
  const unpaid = new Set(played.flatMap((order) => (order.unpaid ? order.orderId : [])));
  const total = sum(orders, (order) => (unpaid.has(order.id) ? 0 : order.total));
  const paid = sum(
    payments.filter(({ state }) => state === 'SUCCEEDED'),
    ({ amount }) => amount,
  );
  yield* differ('revenue by the orders and by the payments', total, paid);
}

/** Pick-up numbers count from 1 each business day, without a gap and without a repeat. */
function* checkNumbers(orders: readonly OrderRow[]) {
  for (const [day, ofDay] of Map.groupBy(orders, (order) => order.business_day)) {
    const numbers = ofDay.map((order) => order.pickup_number ?? 0).sort((a, b) => a - b);
    const wrong = numbers.find((number, index) => number !== index + 1);
    if (wrong !== undefined) yield `pick-up numbers of ${day}: ${wrong} breaks the count from 1`;
  }
}

/** What the demonstration's provider has in its own books. */
async function* checkProviderBooks(tables: Tables, payments: readonly PaymentRow[]) {
  type ChargeRow = { payment_id: string; amount: number; state: string };
  const rows = await tables.rows<ChargeRow>('demo-payment', 'select * from demo_charge');
  const charges = new Map(rows.map((charge) => [charge.payment_id, charge]));
  for (const { id, order_id, amount } of payments.filter(({ provider }) => provider === 'demo')) {
    const charge = charges.get(id);
    // Where nothing is owed, as for an order of gifts, no provider is asked.
    const [owed, state] = amount > 0 ? [amount, 'SUCCEEDED'] : [undefined, undefined];
    yield* differ(`payment ${id} of order ${order_id} in the provider's books`, owed, charge?.amount);
    yield* differ(`payment ${id} of order ${order_id}, state at the provider`, state, charge?.state);
  }
}
