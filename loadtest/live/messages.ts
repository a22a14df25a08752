/** What the measured process is told by its parent; it answers each message, in order. */
export type Told =
  | { do: 'measure' }
  | ({ do: 'prepare' } & Scene)
  /** Changes the things of the scene, by chance, so many a second. */
  | { do: 'publish'; rate: number; seconds: number };

/** Who watches what. */
export interface Scene {
  /** Orders, or kitchens. */
  what: 'orders' | 'kitchens';
  /** How many of them there are. */
  things: number;
  /** How many clients watch; they share the things out among themselves: the one of number n watches thing n % things. */
  clients: number;
  /** Whether those that watch the same are one person. */
  shared: boolean;
}

/** The names of the things, and for each client what it says of itself. */
export interface Prepared {
  ids: readonly string[];
  tokens: readonly string[];
}

/** What its memory holds after all that is garbage was collected, in bytes. */
export interface Memory {
  resident: number;
  heap: number;
}

/** A change of the thing of this index, and when it was due, by the clock of `moment`. */
export type Change = readonly [index: number, version: number, due: number];

/** What was changed, and how much of one core the process took meanwhile, from 0 to 1 (more with its helpers). */
export interface Published {
  changes: readonly Change[];
  busy: number;
}

/** A graph behind the gateway that is measured. */
export interface Graph {
  /** Where its gateway listens. */
  readonly port: number;
  /** Makes what clients are to watch, and lets them in. */
  prepare(scene: Scene): Promise<Prepared>;
  /** Changes the thing of this index, and says so to the gateway; answers its new version. */
  change(index: number): number | Promise<number>;
}

/** A moment in milliseconds, by the one clock that all processes of a machine share. */
export function moment(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
