/** What can go wrong with an answer. Those that end in `-after` have done what was asked; what is `late` is done by `arrive`; of what goes `astray` another server says that there is no such page. */
export type RequestFault =
  | 'hang'
  | 'late'
  | 'hang-after'
  | 'error'
  | 'error-after'
  | 'lost-reply'
  | 'busy'
  | 'not-enough'
  | 'astray'
  | 'wrong-signature'
  | 'skewed-clock';

/** What can go wrong with a callback. A probe is sent before it, with a signature that must not be believed. */
export type CallbackFault = 'duplicate' | 'reorder' | 'lost' | 'wrong-signature' | 'skewed-clock' | 'probe';

/** All of them, for a page that offers them. */
export const requestFaults: readonly RequestFault[] = [
  ...([
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
  ] as const),
];
export const callbackFaults: readonly CallbackFault[] = [
  ...(['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock', 'probe'] as const),
];

/** Switches faults on. */
export interface Faults {
  /** The next requests whose path holds this text, so often. */
  request(fault: RequestFault, path?: string, times?: number): void;
  /** The next callbacks, so often. */
  callback(fault: CallbackFault, times?: number): void;
  /** Nothing goes wrong any more. */
  clear(): void;
}

/** Holds what is to go wrong next. */
export class FaultList implements Faults {
  #requests: { fault: RequestFault; path: string; times: number }[] = [];
  #callbacks: { fault: CallbackFault; times: number }[] = [];

  request(fault: RequestFault, path = '', times = 1): void {
    this.#requests.push({ fault, path, times });
  }

  callback(fault: CallbackFault, times = 1): void {
    this.#callbacks.push({ fault, times });
  }

  clear(): void {
    this.#requests = [];
    this.#callbacks = [];
  }

  /** What goes wrong with this request, which counts as one time. */
  nextRequest(path: string): RequestFault | undefined {
    return use(this.#requests, (one) => path.includes(one.path))?.fault;
  }

  /** What goes wrong with this callback, which counts as one time. */
  nextCallback(): CallbackFault | undefined {
    return use(this.#callbacks, () => true)?.fault;
  }
}

function use<T extends { times: number }>(list: T[], fits: (one: T) => boolean): T | undefined {
  const found = list.find((one) => one.times > 0 && fits(one));
  if (found) found.times -= 1;
  return found;
}
