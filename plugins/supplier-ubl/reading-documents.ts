import type {
  DespatchInput,
  InvoiceInput,
  OrderResponseInput,
} from '../../schema/types/supplier-ubl-asks-inventory.ts';
import { invalid } from './refusal.ts';
import { amountAt, quantityAt } from './xml/amounts.ts';
import type { Cursor } from './xml/cursor.ts';
import { dayOf, momentOf } from './xml/values.ts';

/** What inventory is told, but for whose document it is. */
type Told<I> = Omit<I, 'provider' | 'account'>;

const MOST_TEXT = 500;

/** The codes of an OrderResponse (UN/EDIFACT 4343) that say something about what will be sent. */
const verdicts = new Map<string, OrderResponseInput['verdict']>([
  ['AP', 'ACCEPTED'],
  ['RE', 'REFUSED'],
  ['CA', 'BY_LINE'],
  // Received, and nothing more.
  ['AB', 'BY_LINE'],
]);
/** The codes of a line (UN/EDIFACT 1229): not accepted, and not to be had. */
const REFUSED_LINE = ['7', '42'];

/** What an OrderResponse says. Throws a Refusal for what UBL allows and nobody here can act upon. */
export function orderResponse(root: Cursor): Told<OrderResponseInput> {
  const code = root.maybe('OrderResponseCode');
  const verdict = verdicts.get(code?.text ?? 'CA');
  if (!verdict) throw invalid(code?.path ?? root.path, `is one of ${[...verdicts.keys()].join(', ')}`);
  const orderId = orderOf(root);
  const lines = root.all('OrderLine').map((line) => {
    const item = line.one('LineItem');
    const [reference] = line.all('OrderLineReference');
    const refused = REFUSED_LINE.includes(item.maybe('LineStatusCode')?.text ?? '');
    const given = refused ? { quantity: 0, unit: 'PACK' as const } : quantityAt(item.one('Quantity'));
    const reason = noteOf(item) ?? noteOf(line);
    return {
      line: reference ? lineOf(line, orderId) : numberAt(item.one('ID')),
      code: codeIn(item.one('Item')),
      ...given,
      reason,
    };
  });
  return {
    ...headOf(root),
    orderId,
    currency: root.maybe('DocumentCurrencyCode')?.text ?? null,
    verdict,
    reason: noteOf(root),
    reference: short(root.maybe('SalesOrderID') ?? root.one('OrderReference').maybe('SalesOrderID'), 100),
    lines: verdict === 'BY_LINE' && code?.text !== 'AB' ? lines : [],
  };
}

/** What a DespatchAdvice says: a line for each lot. */
export function despatchAdvice(root: Cursor): Told<DespatchInput> {
  const orderId = orderOf(root);
  const lines = root.all('DespatchLine').map((line) => {
    const item = line.one('Item');
    const [instance, ...others] = item.all('ItemInstance');
    // How much is of which lot nobody could say.
    if (others.length > 0) throw invalid(`${item.path}/ItemInstance[2]`, 'each lot is a line of its own');
    const lot = instance?.maybe('LotIdentification') ?? null;
    const best = instance?.maybe('BestBeforeDate') ?? lot?.maybe('ExpiryDate');
    return {
      line: lineOf(line, orderId),
      code: codeIn(item),
      ...quantityAt(line.one('DeliveredQuantity')),
      lot: short(lot?.maybe('LotNumberID') ?? null, 60),
      bestBefore: best ? dayOf(best.text) : null,
    };
  });
  return { ...headOf(root), orderId, lines };
}

/** What an Invoice says. */
export function invoice(root: Cursor): Told<InvoiceInput> {
  const type = root.maybe('InvoiceTypeCode');
  if (type && type.text !== '380') throw invalid(type.path, 'is 380, a commercial invoice');
  const orderId = orderOf(root);
  const totals = root.one('LegalMonetaryTotal');
  const currency = root.one('DocumentCurrencyCode').text;
  const lines = root.all('InvoiceLine').map((line) => {
    const [price, quantity] = [line.one('Price'), line.one('InvoicedQuantity')];
    const base = price.maybe('BaseQuantity');
    const unit = quantity.attribute('unitCode');
    const { quantity: per, unit: perUnit } = base ? quantityAt(base, unit) : quantityAt({ ...quantity, text: '1' });
    return {
      line: lineOf(line, orderId),
      code: codeIn(line.one('Item')),
      ...quantityAt(quantity),
      amount: amountAt(line.one('LineExtensionAmount'), currency),
      price: amountAt(price.one('PriceAmount'), currency),
      per,
      perUnit,
    };
  });
  const net = totals.maybe('LineExtensionAmount');
  const taxes = root.all('TaxTotal').map((one) => taxIn(one, currency));
  return {
    ...headOf(root),
    orderId,
    currency,
    net: net ? amountAt(net, currency) : sum(lines.map(({ amount }) => amount)),
    tax: sum(taxes),
    total: amountAt(totals.one('PayableAmount'), currency),
    lines,
  };
}

function headOf(root: Cursor): { number: string; issuedAt: string } {
  const at = momentOf(root.one('IssueDate').text, root.maybe('IssueTime')?.text);
  return { number: textAt(root.one('ID'), 60), issuedAt: new Date(at).toISOString() };
}

/** Our number of the one order that a document is about. */
function orderOf(root: Cursor): string {
  const [first = root.one('OrderReference'), ...others] = root.all('OrderReference');
  const id = textAt(first.one('ID'), 100);
  const other = others.find((one) => one.one('ID').text !== id);
  if (other) throw invalid(other.path, 'each order has a document of its own');
  return id;
}

/** The line of that order which a line of the document is about. */
function lineOf(line: Cursor, orderId: string): number {
  const [reference, ...others] = line.all('OrderLineReference');
  if (!reference || others.length > 0) throw invalid(line.path, 'names one line of the order');
  const order = reference.maybe('OrderReference');
  if (order && order.one('ID').text !== orderId)
    throw invalid(order.path, 'is not the order that the document is about');
  return numberAt(reference.one('LineID'));
}

/** The supplier's code of a product, where it is named. */
function codeIn(item: Cursor): string | null {
  return short(item.maybe('SellersItemIdentification')?.one('ID') ?? null, 60);
}

/** A tax; its parts, where they are told, add up to it. */
function taxIn(total: Cursor, currency: string): number {
  const tax = amountAt(total.one('TaxAmount'), currency);
  const parts = total.all('TaxSubtotal').map((one) => amountAt(one.one('TaxAmount'), currency));
  if (parts.length > 0 && sum(parts) !== tax) throw invalid(total.path, 'its parts do not add up to it');
  return tax;
}

/** A number that names something: as long as it is, and not a letter of it left out. */
function textAt({ path, text }: Cursor, most: number): string {
  if (text.length < 1 || text.length > most) throw invalid(path, `has 1 to ${most} characters`);
  return text;
}

function short(at: Cursor | null, most: number): string | null {
  return at ? textAt(at, most) : null;
}

/** The number of a line of ours. */
function numberAt({ path, text }: Cursor): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw invalid(path, 'is the number of a line of the order');
  return Number(text);
}

/** What people wrote, cut where it is long. */
function noteOf(at: Cursor): string | null {
  const text = at.maybe('Note')?.text.replace(/\s+/g, ' ') ?? '';
  return [...text].slice(0, MOST_TEXT).join('').trim() || null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
