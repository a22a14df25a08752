import { rowBy, rowsBy } from '../../kernel/loaders.ts';
import {
  Kitchen,
  KitchenOrder,
  KitchenTicket,
  PairedDevice,
  Scale,
  Station,
  StationRoute,
  TicketLine,
} from './entities.ts';
import { Printer, PrintJob } from './print-entities.ts';

/** A station by its id. */
export const stationById = rowBy(Station, 'id');

/** What a station names, by the station's id. */
export const routesByStation = rowsBy(StationRoute, 'stationId', { targetId: 'asc' });

/** A store's kitchen by the store's id. */
export const kitchenByStore = rowBy(Kitchen, 'storeId');

/** What the kitchen knows of an order, by the order's id. */
export const kitchenOrderById = rowBy(KitchenOrder, 'orderId');

/** A ticket by its id. */
export const ticketById = rowBy(KitchenTicket, 'id');

/** An order's tickets by the order's id. */
export const ticketsByOrder = rowsBy(KitchenTicket, 'orderId', { id: 'asc' });

/** A ticket's lines by the ticket's id. */
export const linesByTicket = rowsBy(TicketLine, 'ticketId', { position: 'asc' });

/** A print job by its id. */
export const printJobById = rowBy(PrintJob, 'id');

/** A printer by its id. */
export const printerById = rowBy(Printer, 'id');

/** A device by its id. */
export const deviceById = rowBy(PairedDevice, 'id');

/** A scale by its id. */
export const scaleById = rowBy(Scale, 'id');
