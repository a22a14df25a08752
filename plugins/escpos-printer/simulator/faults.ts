/** What may be wrong with a printer, for as long as it is switched on. */
export const faults = [
  /** There is no paper. */
  'paper-out',
  /** The paper ends some lines further on, in the middle of the next sheet. */
  'paper-out-in-the-middle',
  'cover-open',
  'cutter-jam',
  /** It is switched off. */
  'offline',
  /** It prints, and says nothing any more. */
  'hang-after-data',
  /** It hangs up as soon as there is something to print, and prints nothing. */
  'hang-up-on-data',
  /** It says nothing of its state. */
  'no-status',
  'near-end',
  /** It tells how it is unasked, until it is told not to. */
  'tells-unasked',
  /** It takes its time, and prints in the end. */
  'slow',
] as const;

/** One of them. */
export type Fault = (typeof faults)[number];
