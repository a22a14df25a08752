/** Where a kitchen ticket stands. */
export type TicketState = 'QUEUED' | 'STARTED' | 'READY' | 'SERVED' | 'CANCELLED';

/** The states of a ticket that kitchen screens show. */
export const openStates = ['QUEUED', 'STARTED', 'READY'] as const satisfies readonly TicketState[];

/** Whether kitchen screens show a ticket in this state. */
export function isOpen(state: TicketState): boolean {
  return (openStates as readonly TicketState[]).includes(state);
}

/** How far all of an order's tickets have come. */
type Progress = 'STARTED' | 'READY' | 'SERVED';

/** A step of a ticket, and what it means for its order. */
export interface TicketMove {
  from: TicketState;
  to: Progress;
  /** Which property of the ticket keeps its moment. */
  at: 'startedAt' | 'readyAt' | 'servedAt';
  /** Which column of the order counts the tickets that made it. */
  counter: 'started' | 'ready' | 'served';
  /** The order is as far when its first ticket is, or only when the last one is. */
  reachedBy: 'first' | 'last';
  /** The order's progress in numbers; also the version of its event. */
  progress: 1 | 2 | 3;
}

/** Every move a cook may make, in order. Besides these, a cancelled order takes its open tickets to CANCELLED. */
const moves: readonly TicketMove[] = [
  { from: 'QUEUED', to: 'STARTED', at: 'startedAt', counter: 'started', reachedBy: 'first', progress: 1 },
  { from: 'STARTED', to: 'READY', at: 'readyAt', counter: 'ready', reachedBy: 'last', progress: 2 },
  { from: 'READY', to: 'SERVED', at: 'servedAt', counter: 'served', reachedBy: 'last', progress: 3 },
];

/** The move that leads to a state; undefined for a state that no cook can choose. */
export function moveTo(state: TicketState): TicketMove | undefined {
  return moves.find(({ to }) => to === state);
}
