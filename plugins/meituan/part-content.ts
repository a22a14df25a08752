import { z } from 'zod';
import { amount, text, whole, within } from './order-content.ts';

/** A dish of which portions are given back. */
export const partFood = z.object({
  app_food_code: text,
  sku_id: text.optional(),
  count: text.pipe(z.coerce.number<string>().int().min(1).max(999)),
});

/** What was done when it is told, by `res_type`: the shop agreed, the service did, time ran out, it went by itself. */
const DONE = [2, 4, 5, 6];

/** A push about a refund of a part; the amount in fen. What was refused, or withdrawn, need not say what it was. */
export const partContent = z
  .object({
    order_id: text,
    refund_id: text.pipe(z.string().regex(/^\d{1,32}$/)),
    notify_type: z.enum(['apply', 'part', 'agree', 'reject', 'cancelRefund', 'cancelRefundComplaint']),
    res_type: whole.optional(),
    reason: text.optional(),
    money: amount.optional(),
    food: within(z.array(partFood).min(1).max(100)).optional(),
  })
  .transform(({ notify_type: type, res_type = 0, food, money, ...told }, ctx) => {
    const said = { orderNo: told.order_id, refundNo: told.refund_id, reason: told.reason ?? null };
    if (type === 'reject') return { ...said, kind: 'rejected' as const };
    if (type === 'cancelRefund' || type === 'cancelRefundComplaint') return { ...said, kind: 'withdrawn' as const };
    if (!food || !money) {
      ctx.addIssue({ code: 'custom', message: 'it does not say what, or how much' });
      return z.NEVER;
    }
    const part = { ...said, money, foods: foodsOf(food) };
    const isDone = type === 'agree' || DONE.includes(res_type);
    return isDone ? { ...part, kind: 'done' as const } : { ...part, kind: 'asked' as const };
  });
export type PartContent = z.infer<typeof partContent>;

/** Portions of a dish in a size, by our own ids. */
export interface PartFood {
  code: string;
  sku: string;
  count: number;
}

/** Dishes and sizes, each once, in one order for all. */
export function foodsOf(foods: readonly z.infer<typeof partFood>[]): PartFood[] {
  const counts = new Map<string, PartFood>();
  for (const { app_food_code: code, sku_id: sku = '', count } of foods) {
    const key = keyOf({ code, sku });
    counts.set(key, { code, sku, count: count + (counts.get(key)?.count ?? 0) });
  }
  return [...counts.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** What names a dish in a size. */
export function keyOf({ code, sku }: Pick<PartFood, 'code' | 'sku'>): string {
  return JSON.stringify([code, sku]);
}

/** Whether two lists that `foodsOf` made are of the same portions; a database may turn their keys round. */
export function areSame(some: readonly PartFood[], others: readonly PartFood[]): boolean {
  const text = (foods: readonly PartFood[]) => foods.map((food) => `${keyOf(food)} ${food.count}`).join();
  return text(some) === text(others);
}
