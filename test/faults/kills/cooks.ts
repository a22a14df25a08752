import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../../app.ts';
import type { Person } from '../../people.ts';
import type { Random } from '../../random.ts';
import { key } from '../../shop.ts';
import type { Diary } from './diary.ts';

/** Somebody who works in a store's kitchen. */
export interface Cook {
  app: App;
  who: Person;
  storeId: string;
  random: Random;
  diary: Diary;
  /** The orders that somebody else sees to. */
  notMine: ReadonlySet<string>;
}

interface Ticket {
  id: string;
  state: string;
  order: { id: string };
}

const KITCHEN = 'query ($storeId: ID!) { kitchen(storeId: $storeId) { id state order { id } } }';
const ADVANCE = 'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { state } }';
const NEXT: Record<string, string> = { QUEUED: 'STARTED', STARTED: 'READY', READY: 'SERVED' };
/** How long a cook looks away when there is nothing to do, in ms. */
const IDLE = 300;

/** Moves tickets on, one after the other, for as long as `open` says. */
export async function cookOn(cook: Cook, open: () => boolean): Promise<void> {
  while (open()) {
    const tickets = await ticketsOf(cook).catch(() => []);
    if (tickets.length === 0) await pause(IDLE);
    // Not all of them before the next look: diners cancel meanwhile.
    for (const ticket of cook.random.shuffled(tickets).slice(0, 6)) await advance(cook, ticket).catch(() => {});
  }
}

/** Serves all that is in the kitchen now, order by order. */
export async function serveAll(cook: Cook): Promise<void> {
  for (let tickets = await ticketsOf(cook); tickets.length > 0; tickets = await ticketsOf(cook))
    for (const own of Map.groupBy(tickets, ({ order }) => order.id).values())
      await Promise.all(own.map((ticket) => advance(cook, ticket)));
}

/** Moves one ticket on by a step. Somebody else may have done so. */
export async function advance({ app, who, diary }: Cook, { id: ticketId, state }: Omit<Ticket, 'order'>) {
  const input = { idempotencyKey: key(), ticketId, to: NEXT[state] };
  const { errors } = await app.graph(ADVANCE, { input }, who.token);
  const code = errors?.[0]?.extensions.code;
  if (code && code !== 'TICKET_STATE_CHANGED') diary.found(`ticket ${ticketId} could not be moved on: ${code}`);
}

async function ticketsOf({ app, who, storeId, notMine }: Cook): Promise<Ticket[]> {
  const { kitchen } = await app.ask(KITCHEN, { storeId }, who.token);
  return (kitchen as Ticket[]).filter(({ order }) => !notMine.has(order.id));
}
