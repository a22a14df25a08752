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
const UNIT = /(份|个|碗|杯|瓶|盘|只|例|位|件|串|罐|盒|扎|打|壶|笼|套|条|根|块|片|听|桶)$/;
const WEIGHT = /(公斤|千克|市?斤|两|克|毫升|升|磅|盎司|kg|g|lbs?|oz|ml|l)$/i;

/** How much a row sold: so many portions, or one that was weighed. Below zero for what was given back. */
export interface Sold {
  quantity: number;
  /** As it was written, such as 0.5斤. */
  weight?: string;
}

/** Reads how much a row sold, with its unit beside it or in a column of its own. Refuses what is missing, broken or zero. */
export function parseQuantity(text: string, unit = ''): Sold {
  const written = halfWidth(text)
    .replace(/^[x×*]/i, '')
    .replace(/\s/g, '');
  if (!written) throw new Refusal('QUANTITY_MISSING', 'the quantity is missing');
  const whole = /\d$/.test(written) ? written + halfWidth(unit) : written;
  const [, minus, number = '', rest = ''] = /^([-−]?)(\d{1,6}(?:\.\d+)?)(.*)$/.exec(whole) ?? [];
  const known = rest === '' || UNIT.test(rest) || rest === halfWidth(unit) || WEIGHT.test(rest);
  if (!number || !known) throw new Refusal('QUANTITY_NOT_A_NUMBER', `${text} is not a quantity`);
  if (Number(number) === 0) throw new Refusal('QUANTITY_ZERO', 'the quantity is 0');
  const sign = minus ? -1 : 1;
  if (WEIGHT.test(rest))
    return { quantity: sign, weight: `${number.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}${rest}` };
  if (!/^\d+(\.0+)?$/.test(number))
    throw new Refusal(
      'QUANTITY_NOT_WHOLE',
      `${text} is not a whole number of portions, and no unit says that it was weighed`,
    );
  return { quantity: sign * Number.parseInt(number, 10) };
}

/** Reads a till's word for a channel; undefined for one that is not known. */
export function parseChannel(text: string): Channel | undefined {
  const written = halfWidth(text);
  if (DELIVERY.test(written)) return 'DELIVERY';
  if (TAKEAWAY.test(written)) return 'TAKEAWAY';
  return DINE_IN.test(written) ? 'DINE_IN' : undefined;
}

/** What a weighed portion costs: its amount where there is one, else its price by its weight, if that comes out even. */
export function weighedPrice(price: string, amount: string, weight: string, currency: string): number {
  if (amount) return parseMoney(amount, currency);
  const [, whole = '', fraction = ''] = /^(\d+)\.?(\d*)/.exec(weight) ?? [];
  const product = BigInt(parseMoney(price, currency)) * BigInt(whole + fraction);
  const scale = 10n ** BigInt(fraction.length);
  if (product % scale !== 0n)
    throw new Refusal('PRICE_TOO_FINE', `${weight} at ${price} is no whole amount, and the row has no column for it`);
  return Number(product / scale);
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
