import {
  FollowPlatformOrderDocument,
  type FollowPlatformOrderMutationVariables,
} from '../../schema/types/meituan-asks-orders.ts';
import type { MeituanOrder } from './entities.ts';
import { MEITUAN, type Platform } from './platform.ts';

/** What orders is told of an order. */
export type News = Pick<FollowPlatformOrderMutationVariables['input'], 'kind' | 'newsId' | 'reason' | 'agree' | 'part'>;

/** Tells orders what has become of an order over there; told again, it changes nothing. */
export async function follow({ host }: Platform, { orderNo, storeId }: MeituanOrder, news: News): Promise<void> {
  const reason = news.reason ? [...news.reason.trim()].slice(0, 200).join('') : null;
  const input = { ...news, reason, newsId: news.newsId.slice(0, 100), storeId, platform: MEITUAN, externalId: orderNo };
  await host.ask(host.context(), 'orders', FollowPlatformOrderDocument, { input });
}
