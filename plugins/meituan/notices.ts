import type { DeliveryPlatform, NoticeResult, PlatformNotice } from '../../subgraphs/orders/ports.ts';
import { MeituanOrder } from './entities.ts';
import type { Platform } from './platform.ts';
import { why } from './reasons.ts';
import { type Act, type Acted, act } from './standing.ts';

/** Meituan as orders sees it: it is told what becomes of its orders. */
export function noticesTo(platform: Platform): DeliveryPlatform {
  const done: NoticeResult = { outcome: 'done' };
  return {
    async tell(notice) {
      const { em } = platform.host.context();
      const order = await em.findOne(MeituanOrder, notice.externalId);
      if (!order) return { outcome: 'refused', reason: 'This order is not one of Meituan’s.' };
      const { standing, refused }: Acted = await act(platform, order, actOf(notice, order));
      if (refused === null) return done;
      const isOver = standing === 'CANCELLED' || standing === 'DONE';
      const isAsWanted = notice.kind === 'REFUSED' ? standing === 'CANCELLED' : isOver;
      return isAsWanted ? done : { outcome: 'refused', reason: refused };
    },
  };
}

function actOf({ kind, reason, text }: PlatformNotice, { standing }: MeituanOrder): Act {
  switch (kind) {
    case 'REFUSED':
      return { path: 'order/cancel', params: why(reason ?? 'OTHER', text), becomes: 'CANCELLED' };
    case 'PREPARED':
      return { path: 'order/preparationMealComplete', becomes: standing };
    case 'REFUND_REJECTED':
      return { path: 'order/refund/reject', params: { reason: text ?? '商家拒绝退款' }, becomes: standing };
  }
}
