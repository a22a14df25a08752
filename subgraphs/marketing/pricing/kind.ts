import type { OfferKind, RuleInput } from '../../../schema/types/marketing.ts';
import type { Effects, Good, Refusal, Say } from './offer.ts';

/** The fields of a rule's input that belong to single kinds of offer. */
export const effectFields = ['amount', 'percent', 'maxDiscount', 'giftItemId', 'giftSpecId'] as const;

/** What an offer gives to a cart. */
export interface Outcome {
  /** What it takes off each of the goods, in their order; never more than is left of one. */
  readonly shares: readonly number[];
  /** A portion that it adds. */
  readonly gift?: Gift;
}

/** A portion that costs nothing. */
export interface Gift {
  readonly menuItemId: string;
  readonly specId: string;
  readonly quantity: number;
}

/** A kind of offer: how it is written down, what it does, and how it is told. One file of `rules/` each. */
export interface Kind<K extends OfferKind> {
  /** The effect fields that it uses; the others are refused. */
  readonly fields: readonly (typeof effectFields)[number][];
  /** Checks what was written down. Throws BAD_INPUT. */
  read(input: RuleInput): Effects[K];
  /** Works out what it gives to the goods it counts, of which there is at least one. Changes nothing. */
  give(effect: Effects[K], goods: readonly Good[]): Outcome | Refusal;
  /** What it gives, in words that begin a sentence. */
  tell(effect: Effects[K], say: Say): string;
}
