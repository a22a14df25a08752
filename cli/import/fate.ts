import { halfWidth } from './clean.ts';
import { simplify } from './synonyms.ts';

/** What became of a row's dish. `unknown`: the file has a word for it that says nothing here. */
export type Fate = 'sold' | 'given' | 'void' | 'partly' | 'unknown';

const PARTLY = /部分|partial|partly/i;
const NOT_VOID = /[未无非不没](有)?(退|取消|作废|撤)|not (void|refund|cancel|return)/i;
const VOID =
  /退|作废|撤[单销]|取消|删除|[未待](支付|付款?|结账?|完成)|挂单|void|cancel|refund|return|unpaid|incomplete|declined|failed|deleted|removed/i;
const GIVEN = /赠|免单|\bgift\b|\bcomp(ed|limentary)?\b|on the house/i;
const SOLD =
  /完成|已?支付|已付|已?结|正常|成功|已[点下上出]|销售|点菜|菜品|单品|套餐|加菜|堂食|paid|complete|closed|success|sale|sold|normal|^ok$|fulfilled|delivered|served|payment|captured|settled|active|approved/i;
/** What stands in a column for yes or no where it means no. */
const NO = /^(|false|f|no|n|0+(\.0+)?|否|无|-|—|×)$/i;
/** A dish that its own name marks: "(退)红烧肉", "【赠】可乐". */
const MARKED = /^[([【<](退菜?|退单|赠送?|赠菜|void(?:ed)?|refund(?:ed)?|comp(?:ed)?|gift)[)\]】>]\s*/i;

/** The cells that tell what became of a row: two for yes or no, one in words, and the name, which may bear a mark. */
export type FateCells = Record<'void' | 'gift' | 'status' | 'name', string>;

/** Reads what became of a row's dish. */
export function fateOf(cells: FateCells): Fate {
  const isVoid = !NO.test(plain(cells.void)) && !NOT_VOID.test(plain(cells.void));
  const fates = [
    ofWord(plain(cells.status)),
    ofWord(MARKED.exec(plain(cells.name))?.[1] ?? ''),
    isVoid ? 'void' : 'sold',
    NO.test(plain(cells.gift)) ? 'sold' : 'given',
  ];
  return (['partly', 'void', 'given', 'unknown'] as const).find((fate) => fates.includes(fate)) ?? 'sold';
}

/** A dish's name without the mark that says what became of it. */
export function unmarked(name: string): string {
  return MARKED.test(plain(name)) ? name.replace(/^[^)\]】>）］]*[)\]】>）］]\s*/, '') : name;
}

function plain(cell: string): string {
  return simplify(halfWidth(cell));
}

function ofWord(text: string): Fate {
  if (!text) return 'sold';
  if (PARTLY.test(text)) return 'partly';
  if (VOID.test(text) && !NOT_VOID.test(text)) return 'void';
  if (GIVEN.test(text)) return 'given';
  return SOLD.test(text) || NOT_VOID.test(text) ? 'sold' : 'unknown';
}

const OFF_SALE = /下架|停售|停用|禁用|不在售|未上架|inactive|disabled|archived|hidden|discontinued|off sale/i;

/** Whether a menu's word for a dish says that it is not sold any more. */
export function isOffSale(status: string): boolean {
  return OFF_SALE.test(plain(status));
}

const DISCOUNT = /优惠|折扣|满减|立减|抹零|代金券|折让|\bdiscount|\bcoupon|\bpromo/i;

/** Whether a row takes something off its order instead of selling a dish: its name says so and its amount is below zero. */
export function isDiscount(name: string, amount: string): boolean {
  return DISCOUNT.test(name) && /^[^\d]*[-−]|^\(.*\)$/.test(halfWidth(amount));
}
