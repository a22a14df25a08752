/** The most that anything costs, in fen: a hundred million yuan. */
const MOST = 10_000_000_000;

/** An amount in yuan, such as "28.5" or "28.50", in fen. Throws for what is none: nothing at all is not 0. */
export function fenOf(yuan: string): number {
  const fen = /^\d+(\.\d+)?$/.test(yuan) ? Math.round(Number(yuan) * 100) : Number.NaN;
  if (!(fen <= MOST)) throw new Error('an amount is none');
  return fen;
}

/** Fen as Meituan writes amounts: 2850 is "28.50". */
export function yuanOf(fen: number): string {
  return (fen / 100).toFixed(2);
}
