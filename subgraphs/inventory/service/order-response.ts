import { badInput } from '../../../kernel/errors.ts';
import { list, optionalText } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import type { OrderResponseInput } from '../../../schema/types/inventory-internal.ts';
import { inventoryError } from '../errors.ts';
import { PurchaseLine } from '../purchase-entities.ts';
import type { PurchaseState } from '../purchase-state.ts';
import type { InventoryHost } from '../settings.ts';
import { change, move } from './change-purchase.ts';
import { type Matter, takeDocument } from './supplier-document.ts';

const MOST_LINES = 200;

/** Takes in what a supplier says to an order. Of several responses the one that was written last counts. */
export function reportOrderResponse(host: InventoryHost, ctx: Context, input: OrderResponseInput): Promise<boolean> {
  list('lines', input.lines, 0, MOST_LINES);
  const reason = optionalText('reason', input.reason, 500);
  return takeDocument(host, ctx, 'reportOrderResponse', input, async (tx, matter) => {
    const { order } = matter;
    const answers = answersIn(input, matter);
    // An older one that was overtaken says nothing any more.
    if ((order.respondedAt ?? 0) > input.issuedAt) return;
    if (['DRAFT', 'CANCELLED', 'REFUSED'].includes(order.state))
      throw inventoryError('PURCHASE_ORDER_STATE', { state: order.state });
    for (const [line, answer] of answers) await tx.em.nativeUpdate(PurchaseLine, { orderId: order.id, line }, answer);
    const reference = optionalText('reference', input.reference, 100) ?? order.reference;
    const changes = { respondedAt: input.issuedAt, reference, reason };
    const to = await stateAfter(tx, matter);
    if (to === null || to === order.state) await change(host, tx, order, changes);
    else await move(host, tx, order, { to, by: 'SUPPLIER' }, changes);
  });
}

/** What is confirmed of each line that the response speaks of. */
function answersIn({ verdict, lines: told, reason }: OrderResponseInput, { lines, line, units }: Matter) {
  const answers = new Map<number, { confirmed: number; reason: string | null }>();
  if (verdict !== 'BY_LINE') {
    const why = verdict === 'REFUSED' ? optionalText('reason', reason, 500) : null;
    for (const one of lines)
      answers.set(one.line, { confirmed: verdict === 'ACCEPTED' ? one.ordered : 0, reason: why });
    return answers;
  }
  for (const [index, one] of told.entries()) {
    const field = `lines.${index}`;
    if (answers.has(one.line)) throw badInput(field, 'names a line again');
    const confirmed = units(`${field}.quantity`, line(field, one.line, one.code), one, 0);
    answers.set(one.line, { confirmed, reason: optionalText(`${field}.reason`, one.reason, 500) });
  }
  return answers;
}

/** Where the order stands by what is confirmed now; null while nothing is, or when it is past that. */
async function stateAfter(tx: Transaction, { order }: Matter): Promise<PurchaseState | null> {
  if (!['SENDING', 'SENT', 'CONFIRMED', 'PARTLY'].includes(order.state)) return null;
  const lines = await tx.em.find(PurchaseLine, { orderId: order.id }, { refresh: true });
  if (lines.every(({ confirmed }) => confirmed === null)) return null;
  if (lines.every(({ confirmed }) => confirmed === 0)) return 'REFUSED';
  return lines.every(({ confirmed, ordered }) => (confirmed ?? 0) >= ordered) ? 'CONFIRMED' : 'PARTLY';
}
