import { FaultQueue } from '../../../kernel/simulator/faults.ts';

/** What can go wrong with an answer. Those that end in `-after`, and a lost reply, have done what was asked. */
export const requestFaults = [
  'hang',
  'hang-after',
  'error',
  'error-after',
  'lost-reply',
  'busy',
  'skewed-clock',
] as const;
export type RequestFault = (typeof requestFaults)[number];

/** What can go wrong with a push. A degraded one lacks what was ordered; one that is lost never comes. */
export const pushFaults = ['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock', 'degraded'] as const;
export type PushFault = (typeof pushFaults)[number];

/** What is to go wrong next: with calls by their path, with pushes by their kind. */
export class Faults {
  readonly requests = new FaultQueue<RequestFault>();
  readonly pushes = new FaultQueue<PushFault>();

  /** Nothing goes wrong any more. */
  clear(): void {
    this.requests.clear();
    this.pushes.clear();
  }
}
