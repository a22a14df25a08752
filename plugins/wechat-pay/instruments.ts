import type { TradeKind } from './entities.ts';

/** How a payer pays. */
export interface Instrument {
  kind: TradeKind;
  /** The payer in the mini-program. */
  openId: string | null;
  /** What the payer showed at the till. */
  code: string | null;
}

/**
 * What `payOrder(instrument:)` means: nothing is a QR code that the payer scans; 18 digits from 10 to 15 on are the code on
 * a payer's telephone; `openid:` and an openid is a payer in the mini-program. Null for anything else.
 */
export function instrumentOf(text: string | null): Instrument | null {
  if (text === null) return { kind: 'NATIVE', openId: null, code: null };
  if (/^1[0-5]\d{16}$/.test(text)) return { kind: 'CODE', openId: null, code: text };
  const openId = /^openid:([\w-]{1,128})$/.exec(text)?.[1];
  return openId ? { kind: 'JSAPI', openId, code: null } : null;
}
