/** What a payer is told when WeChat Pay refuses, by its code; both versions of the protocol, which write them differently. */
const sentences: readonly [codes: RegExp, sentence: string][] = [
  [/^AUTH_?CODE_?EXPIRED?$/, 'The payment code has run out: show a new one.'],
  [/^AUTH_?CODE_?(ERROR|INVALID)$/, 'This payment code is not valid: show a new one.'],
  [/^NOT_?ENOUGH$/, 'There is not enough money in the account.'],
  [/^NOTSUPORTCARD$/, 'This card cannot be used here.'],
  [/^(OUT_TRADE_NO_USED|ORDER_?CLOSED|ORDER_?REVERSED)$/, 'This payment has ended: begin a new one.'],
];

/** A sentence for the payer about a code of WeChat Pay's. */
export function reasonFor(code: string): string {
  return sentences.find(([codes]) => codes.test(code))?.[1] ?? 'WeChat Pay does not take this payment.';
}
