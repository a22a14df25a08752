import { FaultQueue } from '../../../kernel/simulator/faults.ts';

/** What can go wrong with an answer. Those that end in `-after` have done what was asked; what is `late` is done by `arrive`; of what goes `astray` another server says that there is no such page. */
export type RequestFault = (typeof requestFaults)[number] | 'not-enough';

/** Those that a page offers: who has not enough money is another matter. */
export const requestFaults = [
  'hang',
  'late',
  'hang-after',
  'error',
  'error-after',
  'lost-reply',
  'busy',
  'wrong-signature',
  'skewed-clock',
  'astray',
] as const;

/** What can go wrong with a callback. A probe is sent before it, with a signature that must not be believed. */
export const callbackFaults = ['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock', 'probe'] as const;
export type CallbackFault = (typeof callbackFaults)[number];

/** What is to go wrong next: with requests by their path, with callbacks. */
export class Faults {
  readonly requests = new FaultQueue<RequestFault>();
  readonly callbacks = new FaultQueue<CallbackFault>();

  /** Nothing goes wrong any more. */
  clear(): void {
    this.requests.clear();
    this.callbacks.clear();
  }
}
