import { MINUTE } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Transaction } from '../../../kernel/module.ts';
import type { KitchenPart, OrderPaid, PaidLine } from '../../../schema/events.ts';
import { KitchenOrder, KitchenTicket, Station, StationRoute, TicketLine } from '../entities.ts';
import type { DevicesHost } from '../settings.ts';
import { sizeOf } from '../size.ts';
import { kitchenHasChanged } from './feed.ts';
import { printReceipt, printSlip } from './print-jobs.ts';
import { defaultStationId } from './stations.ts';

/** A dish that a line asks for. */
interface Portion {
  line: PaidLine;
  part: KitchenPart;
}

/** Takes a paid order into the kitchen: a ticket with its slip for each station that has a part in it, and a receipt. */
export async function receiveOrder(host: DevicesHost, tx: Transaction, order: OrderPaid): Promise<void> {
  const { orderId, storeId, dinerId } = order;
  // An order is paid once; should the fact ever be told twice, the kitchen still cooks once.
  if (await tx.em.findOne(KitchenOrder, orderId)) return;
  const byStation = await divide(tx, order);
  await tx.em.insert(KitchenOrder, {
    orderId,
    storeId,
    dinerId,
    tickets: byStation.size,
    started: 0,
    ready: 0,
    served: 0,
    progress: 0,
  });
  await printReceipt(host, tx, order);
  const stations = new Map(
    (await tx.em.find(Station, { id: { $in: [...byStation.keys()] } })).map(({ id, name }) => [id, name]),
  );
  const ticketIds: string[] = [];
  for (const [stationId, portions] of byStation) {
    const { ticket, lines } = ticketOf(host, order, stationId, portions);
    await tx.em.insert(KitchenTicket, ticket);
    await tx.em.insertMany(TicketLine, lines);
    await printSlip(host, tx, { order, ticketId: ticket.id, station: stations.get(stationId) ?? '', lines });
    ticketIds.push(ticket.id);
  }
  await kitchenHasChanged(host, tx, storeId, ticketIds);
}

/** Divides an order among the stations: whoever names the dish, else its category, else the store's default. */
async function divide(tx: Transaction, { storeId, lines }: OrderPaid): Promise<Map<string, Portion[]>> {
  const portions = lines.flatMap((line) => line.parts.map((part) => ({ line, part })));
  const targets = new Set(portions.flatMap(({ part }) => [part.dishId, part.categoryId]));
  const routes = await tx.em.find(StationRoute, { storeId, targetId: { $in: [...targets] } });
  const named = new Map(routes.map(({ kind, targetId, stationId }) => [`${kind} ${targetId}`, stationId]));
  const byStation = Map.groupBy(
    portions,
    ({ part }) => named.get(`DISH ${part.dishId}`) ?? named.get(`CATEGORY ${part.categoryId}`) ?? null,
  );
  const unnamed = byStation.get(null);
  byStation.delete(null);
  const divided = byStation as Map<string, Portion[]>;
  if (!unnamed) return divided;
  const stationId = await defaultStationId(tx, storeId);
  // The default station may name dishes of its own as well.
  const own = new Set([...(divided.get(stationId) ?? []), ...unnamed]);
  return divided.set(
    stationId,
    portions.filter((portion) => own.has(portion)),
  );
}

function ticketOf({ clock, settings }: DevicesHost, order: OrderPaid, stationId: string, portions: Portion[]) {
  const id = newId();
  const { storeId, orderId, pickupNumber, tableName, channel, note, paidAt, delivery } = order;
  return {
    ticket: {
      id,
      storeId,
      stationId,
      orderId,
      state: 'QUEUED' as const,
      pickupNumber,
      platform: delivery?.platform ?? null,
      dayNumber: delivery?.dayNumber ?? null,
      tableName,
      channel,
      note,
      createdAt: clock.now(),
      dueAt: paidAt + settings.prepMinutes * MINUTE,
      startedAt: null,
      readyAt: null,
      servedAt: null,
    },
    lines: portions.map(({ line, part }, position) => ({
      id: newId(),
      ticketId: id,
      position,
      name: part.name,
      specName: sizeOf({ ...line, specName: part.specName }),
      quantity: line.quantity,
      modifiers: line.modifiers,
      note: line.note,
    })),
  };
}
