import type { ChargeState } from './entities.ts';

/** How the demonstration behaves for an instrument. */
export interface Behaviour {
  /** What becomes of the charge at once. */
  readonly state: ChargeState;
  /** Whether the answer is lost on its way back, so that the caller has to ask again. */
  readonly losesReply: boolean;
}

const pays: Behaviour = { state: 'SUCCEEDED', losesReply: false };

/** What `payOrder(instrument:)` may be, and what it makes happen. */
const instruments: ReadonlyMap<string, Behaviour> = new Map([
  ['ok', pays],
  ['decline', { state: 'DECLINED', losesReply: false }],
  ['lose-reply', { state: 'SUCCEEDED', losesReply: true }],
  ['pending', { state: 'OPEN', losesReply: false }],
]);

/** The behaviour of an instrument; anything that is not listed pays. */
export function behaviourOf(instrument: string | null): Behaviour {
  return instruments.get(instrument ?? 'ok') ?? pays;
}
