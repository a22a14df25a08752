import { type Played, recipeKey } from '../played.ts';
import { type Check, differ, type Tables } from './tables.ts';

interface TicketRow {
  id: string;
  order_id: string;
  station_id: string;
  state: string;
  started_at: number | null;
  ready_at: number | null;
  served_at: number | null;
}

interface PrintRow {
  order_id: string;
  ticket_id: string | null;
  kind: string;
  content: string;
}

/** Tickets, receipts and slips: each paid dish on a ticket once, each ticket served, each order printed once. */
export const checkKitchen: Check<Played> = async function* (tables, played) {
  const tickets = await tables.rows<TicketRow>(
    'devices',
    'select * from kitchen_ticket where store_id = ?',
    played.storeId,
  );
  const prints = await tables.rows<PrintRow>('devices', 'select * from print_job where store_id = ?', played.storeId);
  const ticketsOf = Map.groupBy(tickets, ({ order_id }) => order_id);
  const printsOf = Map.groupBy(prints, ({ order_id }) => order_id);
  const known = new Set(played.orders.map(({ orderId }) => orderId));
  for (const { id, order_id } of tickets) if (!known.has(order_id)) yield `ticket ${id} is of no order that was played`;

  for (const { orderId, externalId, lines, unpaid } of played.orders) {
    const what = `order ${externalId} (${orderId})`;
    const own = ticketsOf.get(orderId) ?? [];
    if (unpaid) {
      if (own.length > 0) yield `${what} has tickets and is not paid`;
      continue;
    }
    if (own.length === 0) yield `${what} has no ticket`;
    for (const ticket of own) yield* checkTicket(what, ticket);
    const wanted = lines.map(({ name, spec, quantity }) => [recipeKey(name, spec), quantity] as const);
    yield* compare(what, new Map(wanted), await portionsOn(tables, orderId));
    yield* checkPrints(what, own, printsOf.get(orderId) ?? []);
  }
};

function* checkTicket(what: string, { id, state, started_at, ready_at, served_at }: TicketRow) {
  yield* differ(`${what}, state of ticket ${id}`, 'SERVED', state);
  const steps = [started_at, ready_at, served_at];
  const inOrder = steps.every((at, index) => at !== null && at >= (steps[index - 1] ?? at));
  if (!inOrder) yield `${what}, ticket ${id}: its moments are not in order`;
}

/** Portions on all of an order's tickets, by dish and size. */
async function portionsOn(tables: Tables, orderId: string): Promise<Map<string, number>> {
  const rows = await tables.rows<{ name: string; spec_name: string; quantity: number }>(
    'devices',
    `select l.name, l.spec_name, l.quantity from ticket_line l
     join kitchen_ticket t on t.id = l.ticket_id where t.order_id = ?`,
    orderId,
  );
  const portions = new Map<string, number>();
  for (const { name, spec_name, quantity } of rows) {
    const key = recipeKey(name, spec_name);
    portions.set(key, (portions.get(key) ?? 0) + quantity);
  }
  return portions;
}

function* compare(what: string, wanted: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>) {
  for (const key of new Set([...wanted.keys(), ...found.keys()]))
    yield* differ(`${what}, portions of ${key} on its tickets`, wanted.get(key) ?? 0, found.get(key) ?? 0);
}

function* checkPrints(what: string, tickets: readonly TicketRow[], prints: readonly PrintRow[]) {
  const receipts = prints.filter(({ kind }) => kind === 'RECEIPT');
  yield* differ(`${what}, receipts`, 1, receipts.length);
  for (const { id } of tickets) {
    const slips = prints.filter(({ kind, ticket_id }) => kind === 'KITCHEN_SLIP' && ticket_id === id);
    yield* differ(`${what}, slips of ticket ${id}`, 1, slips.length);
  }
}
