import { parse } from 'csv-parse/sync';

/** What a bill says was paid or given back; amounts in fen. */
export interface BillLine {
  /** Our number of the trade or of the refund. */
  number: string;
  amount: number;
}

/** A day's bill. */
export interface Bill {
  payments: BillLine[];
  refunds: BillLine[];
}

/** The bill of a day on which nothing happened. */
export const emptyBill: Bill = { payments: [], refunds: [] };

/**
 * Reads a bill of all trades: a table with Chinese headings, a backtick before each value, amounts in yuan, and a summary
 * below with headings of its own. Throws when a heading is missing or an amount is none.
 */
export function readBill(text: string): Bill {
  const rows: string[][] = parse(text, {
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const [headings = [], ...rest] = rows;
  const column = (name: string) => {
    const at = headings.indexOf(name);
    if (at < 0) throw new Error(`the bill has no column ${name}`);
    return (row: readonly string[]) => (row[at] ?? '').replace(/^`/, '').trim();
  };
  const [number, state, amount] = [column('商户订单号'), column('交易状态'), column('订单金额')];
  const [refundNumber, refunded] = [column('商户退款单号'), column('申请退款金额')];
  const end = rest.findIndex(([first]) => first === '总交易单数');
  const lines = end < 0 ? rest : rest.slice(0, end);
  // What was paid by code and taken back stands there twice, and comes to nothing.
  const revoked = new Set(lines.filter((row) => state(row) === 'REVOKED').map(number));
  return {
    payments: lines
      .filter((row) => state(row) === 'SUCCESS' && !revoked.has(number(row)))
      .map((row) => ({ number: number(row), amount: fenOf(amount(row)) })),
    refunds: lines
      .filter((row) => state(row) === 'REFUND')
      .map((row) => ({ number: refundNumber(row), amount: fenOf(refunded(row)) })),
  };
}

/** An amount of yuan in fen, without a float in between. */
function fenOf(yuan: string): number {
  const [, whole = '', part = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(yuan) ?? [];
  if (whole === '') throw new Error(`the bill has an amount that is none: ${yuan}`);
  return Number(whole) * 100 + Number(part.padEnd(2, '0'));
}
