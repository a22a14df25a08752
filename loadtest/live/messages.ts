/** What the gateway's process is told by its parent; it answers each message, in order. */
export type Told =
  | { do: 'measure' }
  /** Changes things that stand under these topics, by chance, so many a second. */
  | { do: 'publish'; topics: readonly string[]; rate: number; seconds: number };

/** What its memory holds after all that is garbage was collected, in bytes. */
export interface Memory {
  resident: number;
  heap: number;
}

/** A change of the thing of this index, and when it was due, by the clock of `moment`. */
export type Change = readonly [index: number, version: number, due: number];

/** What was changed, and how much of one core the gateway took meanwhile, from 0 to 1 (more with its helpers). */
export interface Published {
  changes: readonly Change[];
  busy: number;
}

/** A moment in milliseconds, by the one clock that all processes of a machine share. */
export function moment(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
