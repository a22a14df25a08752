import { defineModule, type Host, type Module } from '../kernel/module.ts';
import type { KitchenProgressed, OrderPaid, PaidLine } from '../schema/events.ts';

/** Stands where orders stand: tells of paid and cancelled orders, and hears how far the kitchen is. */
export interface Till {
  readonly module: Module;
  /** What the kitchen has told, in order. */
  readonly heard: KitchenProgressed[];
  /** An order that is paid now, of these lines; answers with its id. */
  pay(storeId: string, lines: Partial<PaidLine>[], more?: Partial<OrderPaid>): Promise<string>;
  cancel(storeId: string, orderId: string): Promise<void>;
}

/** Makes a till to be started beside the product's modules. */
export function till(): Till {
  const heard: KitchenProgressed[] = [];
  let host: Host;
  let number = 0;
  const module = defineModule({
    name: 'till',
    setup(given) {
      host = given;
      return { on: { 'kitchen.progressed': async (_, { payload }) => void heard.push(payload) } };
    },
  });

  return {
    module,
    heard,
    async pay(storeId, lines, more = {}) {
      const orderId = crypto.randomUUID();
      const now = host.clock.now();
      number += 1;
      const total = lines.reduce((sum, line) => sum + (line.total ?? 0), 0);
      const order: OrderPaid = {
        orderId,
        storeId,
        storeName: 'Noodle House',
        dinerId: null,
        channel: 'DINE_IN',
        tableName: 'A1',
        pickupNumber: number,
        currency: 'CNY',
        timeZone: 'Asia/Shanghai',
        subtotal: total,
        discount: 0,
        tax: 0,
        total,
        provider: 'cash',
        note: null,
        businessDay: '2026-11-22',
        placedAt: now,
        paidAt: now,
        lines: lines.map(lineOf),
        ...more,
      };
      await host.transact(host.context(), (tx) =>
        host.emit(tx, 'order.paid', { aggregate: orderId, version: 1 }, order),
      );
      return orderId;
    },
    async cancel(storeId, orderId) {
      const payload = { orderId, storeId, reason: 'changed their mind', wasPaid: true, restock: true };
      await host.transact(host.context(), (tx) =>
        host.emit(tx, 'order.cancelled', { aggregate: orderId, version: 2 }, payload),
      );
    },
  };
}

/** A line of one dish, which is its own only part unless the test says otherwise. */
function lineOf(line: Partial<PaidLine>): PaidLine {
  const name = line.name ?? 'Beef noodles';
  return {
    id: crypto.randomUUID(),
    menuItemId: `item ${name}`,
    specId: 'regular',
    name,
    specName: 'regular',
    modifiers: [],
    quantity: 1,
    note: null,
    total: 0,
    gift: false,
    parts: [part(name)],
    ...line,
  };
}

/** What the kitchen makes for a dish: its id is `dish NAME`. */
export function part(name: string, categoryId = 'noodles'): PaidLine['parts'][number] {
  return { menuItemId: null, dishId: `dish ${name}`, categoryId, specId: 'regular', name, specName: 'regular' };
}
