import type { PaidLine } from '../../schema/events.ts';

/** How much of a dish a line is, for cooks and diners to read: its size, or what was weighed. */
export function sizeOf({ specName, grams }: Pick<PaidLine, 'specName' | 'grams'>): string {
  return grams == null ? specName : `${grams} g`;
}
