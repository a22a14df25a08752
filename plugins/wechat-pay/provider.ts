import type { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { charge } from './charging.ts';
import type { Platform } from './platform.ts';
import { close, query } from './querying.ts';
import { refund } from './refunding.ts';

/** WeChat Pay as orders sees it. Nothing here believes a client: what counts is what WeChat Pay says when it is asked. */
export function wechatProvider(platform: Platform): PaymentProvider {
  return {
    requiresStaff: async () => false,
    charge: (request) => charge(platform, request),
    query: (paymentId) => query(platform, paymentId),
    close: (paymentId) => close(platform, paymentId),
    refund: (request) => refund(platform, request),
  };
}
