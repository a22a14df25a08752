import type { KitchenChange, Ticket, TicketState } from './graph.ts';

/** A ticket on the board. One that is over stays: served for a moment, cancelled until the cook has seen it. */
export interface Shown {
  ticket: Ticket;
  over: 'SERVED' | 'CANCELLED' | null;
}

/** The tickets a screen shows. */
export interface Tickets {
  /** Takes a frame in: a snapshot replaces everything, a change touches what it names, an older one nothing. */
  apply(change: KitchenChange): void;
  /** Takes in what the server answered to a tap, before the frame about it comes. */
  advanced(id: string, state: TicketState): void;
  /** Takes a ticket that is over off the board. */
  dismiss(id: string): void;
  /** Leaves a station's tickets alone on the board, or all of them for null. */
  narrow(stationId: string | null): void;
  clear(): void;
  /** In the order due. */
  list(): Shown[];
}

const STEPS: readonly TicketState[] = ['QUEUED', 'STARTED', 'READY', 'SERVED'];
const rank = (state: TicketState): number => (state === 'CANCELLED' ? STEPS.length : STEPS.indexOf(state));

/** The state that follows; null from the last. */
export function nextState(state: TicketState): TicketState | null {
  return state === 'CANCELLED' ? null : (STEPS[STEPS.indexOf(state) + 1] ?? null);
}

/** An empty board. */
export function tickets(): Tickets {
  const shown = new Map<string, Shown>();
  let version = 0;

  function put(ticket: Ticket): void {
    const { state } = ticket;
    const over = state === 'SERVED' || state === 'CANCELLED' ? state : null;
    const known = shown.get(ticket.id);
    if (over && !known) return;
    shown.set(ticket.id, { ticket, over });
  }

  /** A removed ticket that was not ready yet can only have been cancelled: the cook must stop. */
  function remove(id: string): void {
    const known = shown.get(id);
    if (!known || known.over) return;
    const over = known.ticket.state === 'READY' ? 'SERVED' : 'CANCELLED';
    shown.set(id, { ticket: { ...known.ticket, state: over }, over });
  }

  return {
    apply(change) {
      if (!change.snapshot && change.version <= version) return;
      version = change.version;
      if (change.snapshot) for (const [id, { over }] of shown) if (over !== 'CANCELLED') shown.delete(id);
      for (const ticket of change.tickets) {
        const known = shown.get(ticket.id)?.ticket;
        // A tap's answer may be ahead of the frames, and a ticket never goes back.
        const behind = known && !change.snapshot && rank(known.state) > rank(ticket.state);
        put(behind ? { ...ticket, state: known.state } : ticket);
      }
      for (const id of change.removedIds) remove(id);
    },
    advanced(id, state) {
      const known = shown.get(id)?.ticket;
      if (known && rank(state) > rank(known.state)) put({ ...known, state });
    },
    dismiss: (id) => {
      if (shown.get(id)?.over) shown.delete(id);
    },
    narrow(stationId) {
      for (const [id, { ticket }] of shown) if (stationId && ticket.station.id !== stationId) shown.delete(id);
    },
    clear() {
      shown.clear();
      version = 0;
    },
    list: () => [...shown.values()].sort((a, b) => byDue(a.ticket, b.ticket)),
  };
}

function byDue(a: Ticket, b: Ticket): number {
  return (
    Date.parse(a.dueAt) - Date.parse(b.dueAt) ||
    Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
    a.pickupNumber - b.pickupNumber ||
    (a.id < b.id ? -1 : 1)
  );
}
