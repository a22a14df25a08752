import type { NotWeighed, Weighed } from '../../subgraphs/devices/ports.ts';

/** What one frame or message of a scale says. */
export type Reading = Weighed | NotWeighed;

/** More than any scale of a restaurant carries: what says so was garbled. */
const MOST = 1_000_000_000;

/**
 * Such as `ST,GS,+000.876kg`: state, gross, net or tare, sign, seven or eight characters of weight, unit. One with less has
 * lost some on its way.
 */
const FRAME = /^(ST|US),(GS|NT|TR),([+-])([ \d.]{7,8}) *(kg|g)$/i;

/** Says why nothing was weighed. */
export function refused(problem: NotWeighed['problem']): NotWeighed {
  return { outcome: 'refused', problem };
}

/**
 * What a line of the continuous protocol says; null for a line about the tare, which is no weight. An overloaded scale
 * often sends dashes for the weight, so nothing but its state is looked at.
 */
export function readFrame(line: string): Reading | null {
  if (/^OL,/i.test(line)) return refused('OVERLOADED');
  const [, state = '', kind = '', sign, digits, unit = ''] = FRAME.exec(line) ?? [];
  // Nothing at all is not 0.
  const shown = Number(digits?.trim() || Number.NaN);
  if (Number.isNaN(shown)) return refused('STRANGE');
  if (kind.toUpperCase() === 'TR') return null;
  if (state.toUpperCase() === 'US') return refused('UNSTABLE');
  const grams = Math.round(shown * (unit.toLowerCase() === 'kg' ? 1_000 : 1));
  return weighed(sign === '-' ? -grams : grams, kind.toUpperCase() === 'NT');
}

/** A weight at rest, in grams; one that is none is refused. */
export function weighed(grams: number, net: boolean): Reading {
  if (grams > MOST) return refused('STRANGE');
  return grams > 0 ? { outcome: 'weighed', grams: Math.round(grams), net } : refused('EMPTY');
}
