import type { FilterQuery } from '@mikro-orm/core';
import type { LiveRoot, TopicPosition } from '../../../kernel/live/live.ts';
import type { Context } from '../../../kernel/module.ts';
import { Kitchen, KitchenTicket, type Order } from '../entities.ts';
import { kitchenOrderById, ticketById, ticketsByOrder } from '../loaders.ts';
import { isOpen, openStates } from '../ticket-state.ts';
import { kitchenTopic } from './feed.ts';
import { maySeeTickets, requireKitchen } from './rights.ts';
import { requireStation } from './stations.ts';

/** A kitchen, or one station of it. */
export interface KitchenArgs {
  storeId: string;
  stationId?: string | null | undefined;
}

/** What has become of a kitchen's tickets; see the type of the same name in the graph. */
export interface KitchenView {
  snapshot: boolean;
  version: number;
  tickets: KitchenTicket[];
  removedIds: string[];
}

/** The open tickets in the order due. */
export async function openTickets(ctx: Context, kitchen: KitchenArgs): Promise<KitchenTicket[]> {
  await requireKitchenOf(ctx, kitchen);
  return readOpen(ctx, kitchen);
}

/** Whether somebody may follow a kitchen, and how far its changes are. */
export async function kitchenPosition(ctx: Context, kitchen: KitchenArgs): Promise<TopicPosition[]> {
  await requireKitchenOf(ctx, kitchen);
  return [{ topic: kitchenTopic(kitchen.storeId), version: await versionOf(ctx, kitchen.storeId) }];
}

/** All open tickets, or for an event what has become of the tickets that it names. */
export async function kitchenView(ctx: Context, kitchen: KitchenArgs, { event }: LiveRoot): Promise<KitchenView> {
  await requireKitchenOf(ctx, kitchen);
  if (!event) {
    // The version first: the tickets read after it are at least as new.
    const version = await versionOf(ctx, kitchen.storeId);
    return { snapshot: true, version, tickets: await readOpen(ctx, kitchen), removedIds: [] };
  }
  const { ticketIds } = event.detail as { ticketIds: string[] };
  // Those that are no longer open too: a screen should know whether a ticket was served or cancelled.
  const tickets = await read(ctx, kitchen, { id: { $in: ticketIds } });
  const open = new Set(tickets.filter(({ state }) => isOpen(state)).map(({ id }) => id));
  const removedIds = ticketIds.filter((id) => !open.has(id));
  return { snapshot: false, version: event.version, tickets, removedIds };
}

/** An order's tickets, to whoever may see them; to others it has none. */
export async function ticketsOfOrder(ctx: Context, { id }: Order): Promise<KitchenTicket[]> {
  const order = await kitchenOrderById(ctx).load(id);
  return order && maySeeTickets(ctx, order) ? ticketsByOrder(ctx).load(id) : [];
}

/** A ticket, to whoever may see it. */
export async function visibleTicket(ctx: Context, id: string): Promise<KitchenTicket | null> {
  const ticket = await ticketById(ctx).load(id);
  const order = ticket && (await kitchenOrderById(ctx).load(ticket.orderId));
  return order && maySeeTickets(ctx, order) ? ticket : null;
}

async function requireKitchenOf(ctx: Context, { storeId, stationId }: KitchenArgs): Promise<void> {
  await requireKitchen(ctx, 'kitchen:read', storeId);
  await requireStation(ctx, storeId, stationId);
}

async function versionOf(ctx: Context, storeId: string): Promise<number> {
  return (await ctx.em.findOne(Kitchen, storeId, { refresh: true }))?.version ?? 0;
}

function readOpen(ctx: Context, kitchen: KitchenArgs): Promise<KitchenTicket[]> {
  return read(ctx, kitchen, { state: { $in: [...openStates] } });
}

/** A kitchen's or a station's tickets in the order due. */
function read(
  ctx: Context,
  { storeId, stationId }: KitchenArgs,
  which: FilterQuery<KitchenTicket>,
): Promise<KitchenTicket[]> {
  const where = { storeId, ...(stationId != null && { stationId }), ...(which as object) };
  return ctx.em.find(KitchenTicket, where, { orderBy: { dueAt: 'asc', id: 'asc' } });
}
