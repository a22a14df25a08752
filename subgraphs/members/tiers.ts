/** A level of the membership programme. */
export interface TierRule {
  code: string;
  name: string;
  /** Points earned in all from which a diner is in it. */
  threshold: number;
  /** Points for each whole unit of currency spent, in hundredths. */
  earnRate: number;
}

const bronze: TierRule = { code: 'BRONZE', name: 'Bronze', threshold: 0, earnRate: 100 };

/** The tiers of the programme, lowest first. */
export const tiers: readonly TierRule[] = [
  bronze,
  { code: 'SILVER', name: 'Silver', threshold: 1_000, earnRate: 120 },
  { code: 'GOLD', name: 'Gold', threshold: 5_000, earnRate: 150 },
];

/** The highest tier that a diner has reached who earned so many points in all. */
export function tierOf(earned: number): TierRule {
  return tiers.findLast(({ threshold }) => earned >= threshold) ?? bronze;
}

/** The points that a payment of `total` minor units earns in a tier, rounded down; `decimals` are the currency's. */
export function pointsFor(total: number, decimals: number, { earnRate }: TierRule): number {
  // BigInt, because the product may pass 2^53.
  return Number((BigInt(total) * BigInt(earnRate)) / (100n * 10n ** BigInt(decimals)));
}
