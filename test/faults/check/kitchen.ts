import { type Check, differ } from '../../../cli/replay/check/tables.ts';
import type { Played } from '../scenario.ts';
import { linesOf, ordersOf, PAID_STATES } from './orders.ts';

interface TicketRow {
  id: string;
  order_id: string;
  station_id: string;
  state: string;
}

interface TicketLineRow {
  ticket_id: string;
  name: string;
  spec_name: string;
  quantity: number;
}

interface PrintRow {
  order_id: string;
  ticket_id: string | null;
  kind: string;
}

/** The states of a ticket that cooks still see. */
const OPEN: readonly string[] = ['QUEUED', 'STARTED', 'READY'];

/** Each accepted order is on the kitchen's screens once, portion by portion, and on paper once; no other one is. */
export const checkKitchen: Check<Played> = async function* (tables) {
  const tickets = await tables.rows<TicketRow>('devices', 'select * from kitchen_ticket');
  const portions = await tables.rows<TicketLineRow>('devices', 'select * from ticket_line');
  const prints = await tables.rows<PrintRow>('devices', 'select order_id, ticket_id, kind from print_job');
  const known = await tables.rows<{ order_id: string }>('devices', 'select order_id from kitchen_order');
  const ticketsOf = Map.groupBy(tickets, ({ order_id }) => order_id);
  const portionsOf = Map.groupBy(portions, ({ ticket_id }) => ticket_id);
  const printsOf = Map.groupBy(prints, ({ order_id }) => order_id);
  const lines = await linesOf(tables);
  const orders = await ordersOf(tables);

  const accepted = new Set(orders.flatMap(({ id, paid_at }) => (paid_at === null ? [] : [id])));
  for (const { order_id } of known)
    if (!accepted.has(order_id)) yield `order ${order_id} is in the kitchen, and was not accepted`;
  for (const { id, order_id } of tickets)
    if (!accepted.has(order_id)) yield `ticket ${id} is of order ${order_id}, which was not accepted`;

  for (const { id, state } of orders.filter((order) => accepted.has(order.id))) {
    const own = ticketsOf.get(id) ?? [];
    if (own.length === 0) yield `order ${id} (${state}) was accepted and is on no kitchen screen`;
    const stations = new Set(own.map(({ station_id }) => station_id));
    if (stations.size < own.length) yield `order ${id} is on a kitchen screen twice`;
    const wanted = (lines.get(id) ?? []).flatMap(({ parts, quantity }) =>
      (JSON.parse(parts) as { name: string; specName: string }[]).map((part) => [part.name, part.specName, quantity]),
    );
    const found = own
      .flatMap((ticket) => portionsOf.get(ticket.id) ?? [])
      .map(({ name, spec_name, quantity }) => [name, spec_name, quantity]);
    yield* differ(`order ${id}, portions on its tickets`, textOf(wanted), textOf(found));
    const open = own.filter((ticket) => OPEN.includes(ticket.state));
    if (open.length > 0 && (state === 'COMPLETED' || !PAID_STATES.includes(state)))
      yield `order ${id} is ${state}, and ticket ${open[0]?.id} is still ${open[0]?.state}`;
    const paper = (kind: string) => (printsOf.get(id) ?? []).filter((print) => print.kind === kind).length;
    yield* differ(`order ${id}, receipts`, 1, paper('RECEIPT'));
    const slips = own.map((ticket) =>
      (printsOf.get(id) ?? []).filter((print) => print.kind === 'KITCHEN_SLIP' && print.ticket_id === ticket.id),
    );
    for (const [index, { length }] of slips.entries())
      if (length < 1 || (length > 1 && PAID_STATES.includes(state)))
        yield `ticket ${own[index]?.id} of order ${id} was printed ${length} times`;
  }
};

function textOf(portions: readonly unknown[][]): string {
  return portions
    .map((portion) => portion.join(' '))
    .sort()
    .join(', ');
}
