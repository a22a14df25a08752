import { type Ask, Refused } from './api.ts';
import { advanceTicket, type TicketState } from './graph.ts';
import { newKey } from './ids.ts';
import { type Session, Unpaired } from './session.ts';

/** A tap on its way to the server. */
export interface Tap {
  to: TicketState;
  /** When the finger fell, in milliseconds of performance.now(). */
  at: number;
}

export interface TapOptions {
  ask: Ask;
  session: Session;
  /** The server has moved the ticket. */
  onAdvanced(ticketId: string, state: TicketState): void;
  /** The ticket is no longer where the cook saw it: what is shown wants a new look. */
  onStale(ticketId: string): void;
  /** The server will not do it, whatever one tries. */
  onRefused(ticketId: string, code: string): void;
  onUnpaired(): void;
}

/** The cooks' taps: each is sent until the server has answered, with one key, so it has one effect. */
export interface Taps {
  /** Moves a ticket to the state that follows the one the cook saw; nothing while an earlier tap on it is under way. */
  advance(ticketId: string, to: TicketState): void;
  pending(ticketId: string): Tap | undefined;
  /** Sends what waits for the network now. */
  retry(): void;
  /** Gives up what waits. */
  close(): void;
}

/** Between two attempts lies up to this, in milliseconds; a link that comes back cuts it short. */
const LONGEST_PAUSE = 4_000;
/** Codes that a later attempt may not meet again. */
const PASSING = new Set(['INTERNAL', 'UNAVAILABLE', 'UNAUTHENTICATED']);
/** How often a passing fault is met before the cook is told. */
const ATTEMPTS = 4;

/** Sends taps over HTTP. */
export function taps({ ask, session, onAdvanced, onStale, onRefused, onUnpaired }: TapOptions): Taps {
  const pending = new Map<string, Tap>();
  const waiting = new Set<() => void>();
  let closed = false;

  function pause(attempt: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, Math.min(LONGEST_PAUSE, 300 * 2 ** attempt));
      waiting.add(go);
    });
  }

  function tell(ticketId: string, error: unknown): void {
    if (error instanceof Unpaired) onUnpaired();
    else if (error instanceof Refused && error.code === 'TICKET_STATE_CHANGED') onStale(ticketId);
    else onRefused(ticketId, error instanceof Refused ? error.code : 'INTERNAL');
  }

  async function send(ticketId: string, to: TicketState): Promise<void> {
    const input = { idempotencyKey: newKey(), ticketId, to };
    let refused: string | undefined;
    for (let attempt = 0; !closed; attempt += 1) {
      let token: string | undefined;
      try {
        token = await session.token(refused);
        const { advanceTicket: moved } = await ask(advanceTicket, { input }, token);
        pending.delete(ticketId);
        return onAdvanced(ticketId, moved.state);
      } catch (error) {
        if (!passing(error, attempt)) {
          pending.delete(ticketId);
          return tell(ticketId, error);
        }
        if (error instanceof Refused && error.code === 'UNAUTHENTICATED') refused = token;
      }
      await pause(attempt);
    }
  }

  function retry(): void {
    for (const go of [...waiting]) go();
  }

  return {
    advance(ticketId, to) {
      if (pending.has(ticketId)) return;
      pending.set(ticketId, { to, at: performance.now() });
      void send(ticketId, to);
    },
    pending: (ticketId) => pending.get(ticketId),
    retry,
    close() {
      closed = true;
      retry();
    },
  };
}

/** Whether another attempt is worth it: always while the network is away. */
function passing(error: unknown, attempt: number): boolean {
  if (error instanceof Refused) return PASSING.has(error.code) && attempt < ATTEMPTS;
  return !(error instanceof Unpaired);
}
