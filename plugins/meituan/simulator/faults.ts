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

/** What can go wrong with a push. A degraded one lacks what was ordered. */
export const pushFaults = ['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock', 'degraded'] as const;
export type PushFault = (typeof pushFaults)[number];

/** A fault that is switched on, for so many times. */
interface Fault<Name> {
  name: Name;
  /** Where it strikes: the path of a call, or the kind of a push, holds this text. */
  place: string;
  times: number;
}

/** What is to go wrong next. */
export class FaultList {
  #requests: Fault<RequestFault>[] = [];
  #pushes: Fault<PushFault>[] = [];

  /** The next calls whose path holds this text, so often. */
  request(name: RequestFault, place = '', times = 1): void {
    this.#requests.push({ name, place, times });
  }

  /** The next pushes whose kind holds this text, so often. */
  push(name: PushFault, place = '', times = 1): void {
    this.#pushes.push({ name, place, times });
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#requests = [];
    this.#pushes = [];
  }

  /** What goes wrong with this call, which counts as one time. */
  nextRequest(path: string): RequestFault | undefined {
    return next(this.#requests, path);
  }

  /** What goes wrong with this push, which counts as one time. */
  nextPush(kind: string): PushFault | undefined {
    return next(this.#pushes, kind);
  }
}

function next<Name>(faults: Fault<Name>[], at: string): Name | undefined {
  const found = faults.find(({ place, times }) => times > 0 && at.includes(place));
  if (found) found.times -= 1;
  return found?.name;
}
