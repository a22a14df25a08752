import { listLoader, loader } from '../../kernel/loaders.ts';
import {
  Kitchen,
  KitchenOrder,
  KitchenTicket,
  PairedDevice,
  PrintJob,
  Station,
  StationRoute,
  TicketLine,
} from './entities.ts';

/** A station by its id. */
export const stationById = loader(
  (ctx, ids) => ctx.em.find(Station, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** What a station names, by the station's id. */
export const routesByStation = listLoader(
  (ctx, ids) => ctx.em.find(StationRoute, { stationId: { $in: [...ids] } }, { orderBy: { targetId: 'asc' } }),
  ({ stationId }) => stationId,
);

/** A store's kitchen by the store's id. */
export const kitchenByStore = loader(
  (ctx, ids) => ctx.em.find(Kitchen, { storeId: { $in: [...ids] } }),
  ({ storeId }) => storeId,
);

/** What the kitchen knows of an order, by the order's id. */
export const kitchenOrderById = loader(
  (ctx, ids) => ctx.em.find(KitchenOrder, { orderId: { $in: [...ids] } }),
  ({ orderId }) => orderId,
);

/** A ticket by its id. */
export const ticketById = loader(
  (ctx, ids) => ctx.em.find(KitchenTicket, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** An order's tickets by the order's id. */
export const ticketsByOrder = listLoader(
  (ctx, ids) => ctx.em.find(KitchenTicket, { orderId: { $in: [...ids] } }, { orderBy: { id: 'asc' } }),
  ({ orderId }) => orderId,
);

/** A ticket's lines by the ticket's id. */
export const linesByTicket = listLoader(
  (ctx, ids) => ctx.em.find(TicketLine, { ticketId: { $in: [...ids] } }, { orderBy: { position: 'asc' } }),
  ({ ticketId }) => ticketId,
);

/** A print job by its id. */
export const printJobById = loader(
  (ctx, ids) => ctx.em.find(PrintJob, { id: { $in: [...ids] } }),
  ({ id }) => id,
);

/** A device by its id. */
export const deviceById = loader(
  (ctx, ids) => ctx.em.find(PairedDevice, { id: { $in: [...ids] } }),
  ({ id }) => id,
);
