/** An amount in yuan, such as 28.5 or "28.50", in fen. Throws for what is none. */
export function fenOf(yuan: string | number): number {
  const amount = Number(yuan);
  const fen = Math.round(amount * 100);
  if (!Number.isSafeInteger(fen) || fen < 0) throw new Error('an amount is none');
  return fen;
}

/** Fen as Meituan writes amounts: 2850 is "28.50". */
export function yuanOf(fen: number): string {
  return (fen / 100).toFixed(2);
}
