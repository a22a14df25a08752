import { badInput, kernelError } from '../../kernel/errors.ts';
import { hasScope, requireScope } from '../../kernel/identity.ts';
import type { Context } from '../../kernel/module.ts';
import { compareBill } from './bill.ts';
import { NotCertain } from './client.ts';
import { BillDay, BillDifference, ProfitShare, Trade, TradeRefund } from './entities.ts';
import type { Platform } from './platform.ts';

/** Who may look into the books, at a store or everywhere. */
const SCOPE = 'payments:take';

/** A day's bill with its differences, and the payment that each is about. */
export interface ComparedBill extends BillDay {
  differences: (BillDifference & { paymentId: string | null })[];
}

/** A compared bill, for headquarters; null when it was not compared yet. */
export async function billOf(ctx: Context, day: string): Promise<ComparedBill | null> {
  requireScope(ctx.identity, SCOPE);
  assertDay(day);
  const found = await ctx.em.findOne(BillDay, day, { refresh: true });
  if (!found) return null;
  const differences = await ctx.em.find(BillDifference, { day }, { orderBy: { id: 'asc' } });
  const numbers = differences.map(({ number }) => number);
  const trades = await ctx.em.find(Trade, { outTradeNo: { $in: numbers } });
  const refunds = await ctx.em.find(TradeRefund, { outRefundNo: { $in: numbers } });
  const payments = new Map([
    ...trades.map(({ outTradeNo, paymentId }): [string, string] => [outTradeNo, paymentId]),
    ...refunds.map(({ outRefundNo, paymentId }): [string, string] => [outRefundNo, paymentId]),
  ]);
  return {
    ...found,
    differences: differences.map((one) => ({ ...one, paymentId: payments.get(one.number) ?? null })),
  };
}

/** Compares a bill now. UNAVAILABLE when there is none, or WeChat Pay cannot say. */
export async function compareNow(platform: Platform, ctx: Context, day: string): Promise<ComparedBill | null> {
  requireScope(ctx.identity, SCOPE);
  assertDay(day);
  await compareBill(platform, day).catch((error) => {
    throw error instanceof NotCertain ? kernelError('UNAVAILABLE') : error;
  });
  return billOf(ctx, day);
}

/** What others have of an order's payments, to whoever may know; null where there is nothing, and to anybody else. */
export async function sharesOf(ctx: Context, orderId: string): Promise<ProfitShare[] | null> {
  const shares = await ctx.em.find(ProfitShare, { orderId }, { orderBy: { paymentId: 'asc' } });
  const isAllowed = shares.every(({ storeId }) => hasScope(ctx.identity, SCOPE, storeId));
  return shares.length > 0 && isAllowed ? shares : null;
}

function assertDay(day: string): void {
  if (Number.isNaN(Date.parse(`${day}T00:00:00Z`))) throw badInput('day', 'is a calendar day');
}
