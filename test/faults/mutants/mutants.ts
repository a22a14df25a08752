import { mutantsOfEvents } from './events.ts';
import { mutantsOfHolds } from './holds.ts';
import { mutantsOfMoney } from './money.ts';
import type { Mutant } from './mutant.ts';

/** The bugs that every change of this product must be safe from. */
export const mutants: readonly Mutant[] = [...mutantsOfHolds, ...mutantsOfEvents, ...mutantsOfMoney];
