import { toMajor } from '../../kernel/money.ts';
import type { ImportOptions } from './options.ts';
import { planOrders, sumOf } from './orders.ts';
import { byLine, type ImportPlan } from './outcome.ts';
import { showProgress } from './progress.ts';
import { sendOrders } from './send.ts';
import type { Sheet } from './sheet.ts';
import type { StorePlace } from './store.ts';

/** An import of a file's past orders. */
export function ordersImport(sheet: Sheet, options: ImportOptions, { currency, timeZone }: StorePlace): ImportPlan {
  const { dayOrder, dailyNumbers, fillDown, source } = options;
  const plan = planOrders(sheet, { timeZone, currency, dayOrder, dailyNumbers, fillDown });
  return {
    taken: plan.orders.length,
    refused: plan.refused,
    notes: plan.notes,
    async send(connection, store, screen) {
      const progress = showProgress(screen, 'orders', plan.orders.length);
      const done = await sendOrders(connection, { storeId: store.id, source }, plan.orders, progress.at);
      progress.end();
      const refused = done.refused.map(({ externalId, code, message }) => ({
        line: plan.lineOf.get(externalId) ?? 0,
        code,
        message: `order ${externalId}: ${message}`,
        content: externalId,
      }));
      const rejected = new Set(done.refused.map(({ externalId }) => externalId));
      const expected = sumOf(plan.orders.filter(({ externalId }) => !rejected.has(externalId)));
      const agrees = expected === done.total;
      const sums = agrees
        ? ''
        : `; the file says ${toMajor(expected, currency)}: orders that were there already differ from it`;
      const lost = plan.rowsLost > 0 ? `, ${plan.rowsLost} more belong to refused orders` : '';
      return {
        facts: [
          ['rows', `${sheet.rows.length} read, ${plan.rowsRefused} refused${lost}`],
          [
            'orders',
            `${done.created} created, ${done.unchanged} unchanged, ${plan.ordersRefused + refused.length} refused`,
          ],
          ['sum', `${toMajor(done.total, currency)} ${currency}${sums}`],
        ],
        refused: byLine(plan.refused, refused),
        changed: done.created > 0,
        agrees,
      };
    },
  };
}
