import type { Claim } from '../../../kernel/idempotency.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import { allocate } from '../../../kernel/money.ts';
import type { RefundLinesInput } from '../../../schema/types/orders.ts';
import { Order, OrderLine, Payment, Refund, type RefundedPart, type StoredLine } from '../entities.ts';
import { orderError } from '../errors.ts';
import type { OrdersHost } from '../settings.ts';
import type { OrderState } from '../state.ts';
import { change, orderForChange } from './change-order.ts';
import { visibleOrder } from './find-orders.ts';
import { begunRefunds, giveBack } from './refund-payment.ts';

/** The states of an order of which a part can be given back. */
const REFUNDABLE: readonly OrderState[] = ['PAID', 'PREPARING', 'READY', 'COMPLETED'];

/** Portions of a line. */
export interface LinePortions {
  lineId: string;
  quantity: number;
}

/** Gives back what a part of an order cost: staff with orders:cancel. The order stays where it stands. */
export async function refundLines(host: OrdersHost, ctx: Context, input: RefundLinesInput): Promise<Order> {
  const order = await visibleOrder(ctx, input.orderId);
  requireScope(ctx.identity, 'orders:cancel', order.storeId);
  const reason = optionalText('reason', input.reason, 200);
  const lines = list('lines', input.lines, 1, 100).map(({ lineId, quantity }, index) => ({
    lineId,
    quantity: whole(`lines[${index}].quantity`, quantity, 1, 999),
  }));
  const claim: Claim = { mutation: 'refundLines', key: input.idempotencyKey, input };
  const { id, repeated } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const present = await orderForChange(tx, order.id);
      const refundId = await beginPart(host, tx, present, { lines, reason, restock: input.restock });
      await change(host, tx, present, {});
      return refundId;
    }),
  );
  if (!repeated) await giveBack(host, id);
  return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
}

/** A part that is to be given back. */
export interface Part extends Pick<RefundedPart, 'reason' | 'restock'> {
  lines: readonly LinePortions[];
  /** What a delivery platform makes of it, in minor units; left out, what the lines cost. */
  amount?: number;
  /** A delivery platform's number of it. */
  externalId?: string;
}

/**
 * Begins to give a part of an order back, in a transaction that has the order's row; the answer is the refund's id, for
 * `giveBack` after the commit. Whoever calls it changes the order. ORDER_NOT_REFUNDABLE, LINE_NOT_REFUNDABLE.
 */
export async function beginPart(host: OrdersHost, tx: Transaction, order: Order, part: Part): Promise<string> {
  const { id: orderId, state, paymentId } = order;
  const payment = paymentId ? await tx.em.findOneOrFail(Payment, paymentId, { disableIdentityMap: true }) : null;
  if (payment?.state !== 'SUCCEEDED' || !REFUNDABLE.includes(state))
    throw orderError('ORDER_NOT_REFUNDABLE', { state });
  const begun = await begunRefunds(tx, payment.id);
  const left = payment.amount - begun.reduce((sum, { amount }) => sum + amount, 0);
  const priced = pricedLines(await tx.em.find(OrderLine, { orderId }), begun, part.lines, order);
  const cost = priced.reduce((sum, { amount }) => sum + amount, 0);
  const amount = part.amount ?? Math.min(cost, left);
  if (amount <= 0 || amount > left) throw orderError('ORDER_NOT_REFUNDABLE', { state });
  const shares = allocate(
    amount,
    priced.map((line) => line.amount),
  );
  const lines = priced.map((line, index) => ({ ...line, amount: shares[index] ?? 0 }));
  const { reason, restock, externalId = null } = part;
  const now = host.clock.now();
  const refund = { id: newId(), paymentId: payment.id, orderId, amount, createdAt: now, askedAt: now, externalId };
  await tx.em.insert(Refund, { ...refund, state: 'PENDING', part: { lines, reason, restock } });
  return refund.id;
}

/**
 * What portions of lines cost: a line's total is shared evenly among its portions, and the last one has the rest. Never
 * more portions than have not been given back, or are being given back.
 */
function pricedLines(
  stored: readonly StoredLine[],
  begun: readonly Refund[],
  wanted: readonly LinePortions[],
  { delivery }: Order,
): RefundedPart['lines'] {
  const seen = new Set<string>();
  return wanted.map(({ lineId, quantity }) => {
    const line = stored.find(({ id }) => id === lineId);
    const gone = goneOf(begun, lineId);
    // What a platform took beside the dishes is the platform's to give back.
    const isDish = line && !(delivery && line.menuItemId == null);
    const left = isDish && !seen.has(lineId) ? line.quantity - gone.quantity : 0;
    if (!line || quantity > left) throw orderError('LINE_NOT_REFUNDABLE', { lineId, left });
    seen.add(lineId);
    const amount = Math.floor((Math.max(0, line.total - gone.amount) * quantity) / left);
    return { lineId, quantity, amount };
  });
}

/** What has been given back of a line, or is being given back. */
export function goneOf(begun: readonly Refund[], lineId: string): { quantity: number; amount: number } {
  const mine = begun.flatMap(({ part }) => part?.lines.filter((line) => line.lineId === lineId) ?? []);
  return {
    quantity: mine.reduce((sum, { quantity }) => sum + quantity, 0),
    amount: mine.reduce((sum, { amount }) => sum + amount, 0),
  };
}
