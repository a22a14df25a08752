import { toMajor } from '../../../kernel/money.ts';
import type { OrderPaid, PaidLine } from '../../../schema/events.ts';
import { sizeOf } from '../size.ts';
import { labels, type PrintLanguage } from './labels.ts';
import { centred, columns, courierNumber, cut, left, markup, plain, rule } from './markup.ts';

/**
 * A paid order's receipt as receiptline markup, its time in the store's zone. Each line shows what it cost in the end,
 * so that the lines add up to the total.
 */
export function receipt(order: OrderPaid, language: PrintLanguage): string {
  const words = labels[language];
  const money = (amount: number) => plain(toMajor(amount, order.currency));
  const place = order.tableName === null ? '' : ` ${words.table} ${order.tableName}`;
  return markup(
    '{width:auto}',
    centred(`^^^${plain(order.storeName)}`),
    courierNumber(order.delivery),
    centred(`^^^${words.number} ${order.pickupNumber}`),
    centred(plain(`${words.channel[order.channel]}${place}`)),
    centred(localTime(order.paidAt, order.timeZone)),
    rule,
    '{width:* 12}',
    ...order.lines.flatMap((line) => linesOf(line, money(line.total), words.gift)),
    '{width:auto}',
    order.note !== null && left(`${words.note} ${plain(order.note)}`),
    rule,
    columns(`^^${words.total}`, `^^${plain(order.currency)} ${money(order.total)}`),
    columns(words.tax, money(order.tax)),
    order.discount !== 0 && columns(words.discount, money(order.discount)),
    columns(words.paidBy, plain(order.provider)),
    cut,
  );
}

function linesOf(line: PaidLine, amount: string, gift: string): string[] {
  // What a delivery platform charges besides the dishes has no size.
  const size = sizeOf(line) && ` (${sizeOf(line)})`;
  const name = plain(`${line.quantity} x ${line.name}${size}${line.gift ? `, ${gift}` : ''}`);
  const below = [...line.modifiers, ...(line.note === null ? [] : [line.note])];
  return [columns(name, amount), ...below.map((text) => columns(`~~${plain(text)}`, ''))];
}

/** A moment as a receipt shows it: 2026-11-22 12:30. */
function localTime(at: number, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at);
}
