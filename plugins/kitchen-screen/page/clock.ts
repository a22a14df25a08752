/** The server's time, as well as its answers show it: a screen's own clock may be minutes off. */
export interface ServerClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Learns from an answer's Date header; `sentAt` and `receivedAt` are epoch milliseconds by the screen's clock. */
  observe(date: string | null, sentAt: number, receivedAt: number): void;
}

/** An answer that took longer says too little about the time, in milliseconds. */
const SLOWEST_ANSWER = 4_000;
/** Smaller differences are the header's own coarseness, in milliseconds; following them would make ages jump. */
const TOLERANCE = 1_500;

/** A clock that goes by the screen's until an answer shows that it is off. */
export function serverClock(local: () => number = Date.now): ServerClock {
  let offset = 0;
  return {
    now: () => local() + offset,
    observe(date, sentAt, receivedAt) {
      const second = date ? Date.parse(date) : Number.NaN;
      if (Number.isNaN(second) || receivedAt - sentAt > SLOWEST_ANSWER) return;
      // The header leaves out the fraction of its second: half a second is the best guess at it.
      const seen = second + 500 - (sentAt + receivedAt) / 2;
      if (Math.abs(seen - offset) > TOLERANCE) offset = seen;
    },
  };
}

/** How pressing a ticket is: `soon` in the last third of its time, `late` from the moment it is due. */
export type Urgency = 'calm' | 'soon' | 'late';

/** How pressing a ticket is at a moment. */
export function urgency(ticket: { createdAt: string; dueAt: string }, now: number): Urgency {
  const due = Date.parse(ticket.dueAt);
  if (now >= due) return 'late';
  return (due - now) * 3 <= due - Date.parse(ticket.createdAt) ? 'soon' : 'calm';
}

/** A ticket's age as 07:05, or 1:07:05 from an hour on; from a day on `+24h`, where seconds say nothing more. */
export function age(createdAt: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(createdAt)) / 1_000));
  const hours = Math.floor(seconds / 3_600);
  if (hours >= 24) return '+24h';
  const minutes = String(Math.floor(seconds / 60) % 60).padStart(2, '0');
  const rest = `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
  return hours ? `${hours}:${rest}` : rest;
}
