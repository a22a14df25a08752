/**
 * Divides an amount among weights, to the last minor unit, by the largest remainder; among equal remainders the first
 * gets it. The parts add up to the amount exactly. With no weight at all everything falls on the first part.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0) return [];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map((_, index) => (index === 0 ? amount : 0));
  // BigInt, because amount times weight may pass 2^53.
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const parts = exact.map((product) => Number(product / BigInt(sum)));
  const remainders = exact.map((product, index) => ({ index, rest: product % BigInt(sum) }));
  let left = amount - parts.reduce((total, part) => total + part, 0);
  const step = Math.sign(left);
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest === step > 0 ? -1 : 1));
  for (let turn = 0; left !== 0; turn++, left -= step) parts[remainders[turn]?.index ?? 0]! += step;
  return parts;
}

/** `basisPoints` hundredths of a per cent of an amount, rounded half up to the minor unit. */
export function share(amount: number, basisPoints: number): number {
  return Math.round((amount * basisPoints) / 10_000);
}

const decimals = new Map<string, number>();

/** How many decimals a currency's major unit has: 2 for CNY, 0 for JPY. Throws a RangeError for what is no currency code. */
export function decimalsOf(currency: string): number {
  const known = decimals.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  decimals.set(currency, digits);
  return digits;
}

/** An amount in minor units as plain decimals of the major unit: 442245 of USD is "4422.45". */
export function toMajor(amount: number, currency: string): string {
  const places = decimalsOf(currency);
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  return `${amount < 0 ? '-' : ''}${whole}${places > 0 ? `.${digits.slice(-places)}` : ''}`;
}
