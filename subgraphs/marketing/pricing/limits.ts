/** The largest amount in a rule, in minor units: ten million yuan. */
export const MOST_MONEY = 1_000_000_000;

/** The longest id that a rule may name, in characters. */
export const LONGEST_ID = 64;
