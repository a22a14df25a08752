import { randomInt } from 'node:crypto';

/** What may be drawn; one of weight 2 comes twice as often as one of weight 1. */
export interface Prize {
  name: string;
  weight: number;
}

/**
 * Draws one. `below` answers with a whole number from 0 up to and without its limit: left out, one that nobody can
 * foretell.
 */
export function draw(prizes: readonly Prize[], below: (limit: number) => number = randomInt): string {
  let left = below(prizes.reduce((sum, { weight }) => sum + weight, 0));
  for (const { name, weight } of prizes) {
    left -= weight;
    if (left < 0) return name;
  }
  throw new Error('there is nothing to draw from');
}
