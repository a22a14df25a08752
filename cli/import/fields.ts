import { halfWidth } from './clean.ts';
import { parseMoney } from './money.ts';
import { Refusal } from './refusal.ts';

/** How an order reached the store, as the graph has it. */
export type Channel = 'DINE_IN' | 'TAKEAWAY' | 'DELIVERY';

/** A number of portions at one price, in minor units. */
export interface Portions {
  quantity: number;
  unitPrice: number;
}

const DELIVERY = /deliver|外卖|外送|配送|美团|饿了么|抖音|meituan|ele\.?me|uber|doordash|grubhub/i;
const TAKEAWAY = /take|to.?go|pick|carry|自提|自取|外带|打包|带走/i;
const DINE_IN = /dine|eat.?in|table|here|堂食|堂吃|店内|桌/i;
const UNIT = /(份|个|碗|杯|瓶|盘|只|例|位|件|串|罐|盒)$/;

/** Reads how many portions a row sold. Refuses what is missing, broken, zero, or given back. */
export function parseQuantity(text: string): number {
  const written = halfWidth(text)
    .replace(UNIT, '')
    .replace(/^[x×*]/i, '')
    .trim();
  if (!written) throw new Refusal('QUANTITY_MISSING', 'the quantity is missing');
  if (/^-/.test(written)) throw new Refusal('QUANTITY_NEGATIVE', `${text} portions: a return is not a sale`);
  const [, whole, fraction] = /^(\d{1,6})(?:\.(\d+))?$/.exec(written) ?? [];
  if (whole === undefined) throw new Refusal('QUANTITY_NOT_A_NUMBER', `${text} is not a quantity`);
  if (/[1-9]/.test(fraction ?? ''))
    throw new Refusal('QUANTITY_NOT_WHOLE', `${text} is not a whole number of portions`);
  if (Number(whole) === 0) throw new Refusal('QUANTITY_ZERO', 'the quantity is 0');
  return Number(whole);
}

/** Reads a till's word for a channel; undefined for one that is not known. */
export function parseChannel(text: string): Channel | undefined {
  const written = halfWidth(text);
  if (DELIVERY.test(written)) return 'DELIVERY';
  if (TAKEAWAY.test(written)) return 'TAKEAWAY';
  return DINE_IN.test(written) ? 'DINE_IN' : undefined;
}

/**
 * A row's portions from its price, or from its amount where the till writes no price. An amount that its quantity does
 * not divide becomes two prices, a minor unit apart, that add up to it.
 */
export function portionsOf(price: string, amount: string, quantity: number, currency: string): Portions[] {
  if (price || !amount) return [{ quantity, unitPrice: parseMoney(price, currency) }];
  const total = parseMoney(amount, currency);
  const dearer = total % quantity;
  const unitPrice = (total - dearer) / quantity;
  const cheap = { quantity: quantity - dearer, unitPrice };
  return dearer === 0 ? [cheap] : [cheap, { quantity: dearer, unitPrice: unitPrice + 1 }];
}
