import type { Offer } from '../ports.ts';

/** What may be called of a module. */
export type CallKind = 'graph' | 'live' | 'internal';

/** Below this, processes call each other; no module's route lies here. */
export const CALLS = '/_/';

/** Where a module's part of a graph is called. */
export function graphPath(kind: CallKind, module: string): string {
  return `${CALLS}${kind}/${encodeURIComponent(module)}`;
}

/** Where a method of a port's implementation is called; without a method, where one asks whether it is there. */
export function portPath({ token, name }: Offer, ...method: [string?]): string {
  return `${CALLS}ports/${[token.name, name, ...method].map((part = '') => encodeURIComponent(part)).join('/')}`;
}

/** What a path below `CALLS` names: the kind of call, then the names; null for a path that cannot be decoded. */
export function namesIn(pathname: string): string[] | null {
  try {
    return pathname.slice(CALLS.length).split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}
