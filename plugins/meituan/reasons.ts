import type { RefusalReason } from '../../subgraphs/orders/ports.ts';

/** Why a store cancels, in Meituan's numbers and words. */
const reasons: Record<RefusalReason, { reason_code: string; reason: string }> = {
  NOT_CONFIRMED: { reason_code: '2001', reason: '商家超时接单' },
  OTHER: { reason_code: '2007', reason: '其他原因' },
  TOO_BUSY: { reason_code: '2008', reason: '店铺太忙' },
  SOLD_OUT: { reason_code: '2009', reason: '商品已售完' },
  OUT_OF_RANGE: { reason_code: '2010', reason: '地址无法配送' },
  CLOSED: { reason_code: '2011', reason: '店铺已打烊' },
};

/** The parameters that say why; a person's own words only where Meituan has none. */
export function why(reason: RefusalReason, text: string | null | undefined): { reason_code: string; reason: string } {
  const known = reasons[reason];
  return reason === 'OTHER' && text ? { ...known, reason: text } : known;
}
