import { planMenu } from './menu.ts';
import type { ImportOptions } from './options.ts';
import { byLine, type ImportPlan } from './outcome.ts';
import { showProgress } from './progress.ts';
import { sendMenu } from './send.ts';
import type { Sheet } from './sheet.ts';
import type { StorePlace } from './store.ts';

/** An import of a file's dishes. */
export function menuImport(sheet: Sheet, { dayOrder }: ImportOptions, { currency, timeZone }: StorePlace): ImportPlan {
  const plan = planMenu(sheet, currency, { timeZone, dayOrder });
  const nameOf = new Map(plan.rows.map(({ row, name }) => [row, name]));
  return {
    taken: plan.rows.length,
    refused: plan.refused,
    notes: plan.notes,
    async send(connection, store, screen) {
      const progress = showProgress(screen, 'sizes', plan.rows.length);
      const done = await sendMenu(connection, store.id, plan.rows, progress.at);
      progress.end();
      const refused = done.refused.map(({ row, code, message }) => {
        return { line: row, code, message, content: nameOf.get(row) ?? '' };
      });
      const dishes = new Set(plan.rows.map(({ name }) => name)).size;
      const { dishesCreated, specsCreated, pricesChanged, unchanged } = done;
      return {
        facts: [
          ['rows', `${sheet.rows.length} read, ${plan.refused.length + refused.length} refused`],
          ['dishes', `${dishes} in the file, ${dishesCreated} new`],
          [
            'sizes',
            `${plan.rows.length} in the file, ${specsCreated} new, ${pricesChanged} with a new price, ${unchanged} unchanged`,
          ],
        ],
        refused: byLine(plan.refused, refused),
        changed: dishesCreated + specsCreated + pricesChanged > 0,
        agrees: true,
      };
    },
  };
}
