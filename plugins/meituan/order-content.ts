import { z } from 'zod';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { TakePlatformOrderMutationVariables } from '../../schema/types/meituan-asks-orders.ts';
import { fenOf } from './fen.ts';
import { parseJson } from './json.ts';

/** A value that comes as a text in a push and as anything in an answer. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** An amount in yuan, in fen. */
export const amount = text.transform((yuan, ctx) => {
  try {
    return fenOf(yuan);
  } catch {
    ctx.addIssue({ code: 'custom', message: 'not an amount' });
    return z.NEVER;
  }
});
/** A whole number. */
export const whole = text.pipe(z.coerce.number<string>().int());
/** A number of some things, from `least` on. */
const count = (least: number) => text.pipe(z.coerce.number<string>().min(least).max(999));
/** A moment in epoch seconds, before the year 2100; 0 for none. */
const seconds = text.pipe(z.coerce.number<string>().int().min(0).max(4_102_444_800));

/** JSON within a text, or as it is. */
export const within = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    try {
      return typeof value === 'string' ? parseJson(value) : value;
    } catch {
      return undefined;
    }
  }, schema);

const food = z.object({
  // A dish that was made by hand over there bears no code of ours: nobody can make it, which is told to Meituan.
  app_food_code: text.default(''),
  sku_id: text.default(''),
  food_name: text,
  spec: text.optional(),
  food_property: text.optional(),
  quantity: count(1).pipe(z.int()),
  price: amount,
  box_num: count(0).optional(),
  box_price: amount.optional(),
});

/** What a push of an order has at the least. */
export const pushedOrder = z.object({ order_id: text, app_poi_code: text, total: amount });

/** An order as Meituan pushes it, or tells it when it is asked; amounts in fen, `detail` is what was ordered. */
export const orderContent = pushedOrder.extend({
  shipping_fee: amount.optional(),
  detail: within(z.array(food).min(1).max(100)),
  caution: text.optional(),
  recipient_name: text.optional(),
  recipient_address: text.optional(),
  recipient_phone: text.optional(),
  delivery_time: seconds.optional(),
  pick_type: whole.optional(),
  // No order is refused because of when it was made, or of the number that couriers ask for.
  ctime: seconds.optional().catch(undefined),
  day_seq: whole.pipe(z.int().min(1).max(1_000_000)).optional().catch(undefined),
});
export type OrderContent = z.infer<typeof orderContent>;

/** Whether Meituan says that some of its own did not answer, so that parts of an order may be missing. */
export function isDegraded({ incmp_code }: Readonly<Record<string, unknown>>): boolean {
  return incmp_code !== undefined && incmp_code !== null && !['', '0'].includes(String(incmp_code));
}

/** Stands for what Meituan does not say of a dish. */
const UNKNOWN = '?';

const moment = (at: number) => new Date(at).toISOString();
const cut = (value: string | undefined, most: number) => [...(value ?? '').trim()].slice(0, most).join('') || null;
/** A line for people, without what no printer should see. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const plain = (value: string | undefined) => value?.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ');

/** An order for the order book: at Meituan's prices, boxes and the way as fees, whatever else was paid as another. */
export function takenAs(
  order: OrderContent,
  {
    storeId,
    platform,
    confirm,
    receivedAt,
    confirmMinutes,
  }: {
    storeId: string;
    platform: string;
    confirm: boolean;
    receivedAt: number;
    confirmMinutes: number;
  },
): TakePlatformOrderMutationVariables['input'] {
  const { detail, total, shipping_fee = 0, ctime, delivery_time = 0, day_seq, pick_type = 0 } = order;
  const boxes = detail.reduce((sum, { box_num = 0, box_price = 0 }) => sum + Math.round(box_num * box_price), 0);
  const goods = detail.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  const rest = Math.max(0, total - goods - boxes - shipping_fee);
  const fees = [
    { name: '打包费', amount: boxes },
    { name: '配送费', amount: shipping_fee },
    { name: '其他费用', amount: rest },
  ];
  const asked = ctime === undefined ? receivedAt : ctime * SECOND;
  return {
    storeId,
    platform,
    externalId: order.order_id,
    channel: pick_type === 1 ? 'TAKEAWAY' : 'DELIVERY',
    lines: detail.map((line) => ({
      menuItemId: line.app_food_code || UNKNOWN,
      specId: line.sku_id || UNKNOWN,
      name: cut(plain(line.food_name), 200) ?? UNKNOWN,
      specName: cut(plain(line.spec), 100),
      quantity: line.quantity,
      unitPrice: line.price,
      note: cut(plain(line.food_property), 500),
    })),
    fees: fees.filter((fee) => fee.amount > 0),
    total,
    note: cut(plain(order.caution), 1_000),
    dayNumber: day_seq ?? null,
    recipient: cut(plain(order.recipient_name), 200),
    phone: cut(plain(order.recipient_phone), 200),
    address: pick_type === 1 ? null : cut(plain(order.recipient_address), 500),
    deliverAt: delivery_time > 0 ? moment(delivery_time * SECOND) : null,
    // Never before it is here: an order that comes late is tried all the same, and Meituan says whether it still wants it.
    confirmBy: moment(Math.max(asked + confirmMinutes * MINUTE, receivedAt + MINUTE)),
    confirm,
  };
}
