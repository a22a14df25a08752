import { port } from '../../kernel/ports.ts';

/** What lies on a scale. */
export interface Weighed {
  outcome: 'weighed';
  /** Whole grams, more than 0. */
  grams: number;
  /** Whether a tare was taken off. */
  net: boolean;
}

/**
 * Why nothing was weighed: it did not come to rest, lay beyond what the scale can carry, was nothing or less than nothing;
 * nothing came from the scale, or nothing that could be read.
 */
export type WeighingProblem = 'UNSTABLE' | 'OVERLOADED' | 'EMPTY' | 'SILENT' | 'STRANGE';

/** Nothing was weighed. */
export interface NotWeighed {
  outcome: 'refused';
  problem: WeighingProblem;
}

/** Reads scales of one kind. A plug-in provides it under the name that `setScale(driver:)` bears. Reading changes nothing. */
export interface ScaleDriver {
  /** What is wrong with an address of such a scale, as a sentence; null when nothing is. */
  faultOf(address: string): Promise<string | null>;
  /** What lies on the scale from now on, once it is stable; waits for that so many milliseconds. */
  weigh(address: string, patience: number): Promise<Weighed | NotWeighed>;
}

/** The port of scales. */
export const ScaleDriver = port<ScaleDriver>('ScaleDriver');
