import type { Context } from '../../../kernel/module.ts';
import { ShortagesDocument } from '../../../schema/types/orders-asks-inventory.ts';
import type { OrdersHost } from '../settings.ts';
import { type OutOfStock, outOfStock, type Portions, stockLines } from './stock-lines.ts';

/** What there is too little of at this moment. While inventory is silent there is nothing: placing holds, and decides. */
export async function shortage(
  host: OrdersHost,
  ctx: Context,
  storeId: string,
  lines: readonly Portions[],
): Promise<OutOfStock | null> {
  try {
    const { shortages } = await host.ask(ctx, 'inventory', ShortagesDocument, { storeId, lines: stockLines(lines) });
    return shortages.length > 0 ? outOfStock(shortages) : null;
  } catch (error) {
    host.log.warn({ error }, 'a price was made without looking at the stock');
    return null;
  }
}
