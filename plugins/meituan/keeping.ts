import { digest } from '../../kernel/crypto.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import { canonicalJson } from '../../kernel/idempotency.ts';
import { newId } from '../../kernel/ids.ts';
import { MeituanOrder, Push, type PushKind } from './entities.ts';
import { isDegraded, orderContent, pushedOrder } from './order-content.ts';
import type { MeituanHost, Platform } from './platform.ts';

/** Why what Meituan tells is refused: a code of Meituan's and a few words. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Something that Meituan tells of an order. */
export interface News {
  kind: PushKind;
  orderNo: string;
  /** What tells it from all other news; a repeat is the same. */
  told: object;
  /** All of it, for whoever acts upon it. */
  content: object;
}

/** Keeps what Meituan tells, once, and with it the order that it brings, if it does. */
export async function keepPush(
  host: MeituanHost,
  { kind, orderNo, told, content }: News,
  brought: MeituanOrder | null,
): Promise<void> {
  const row = {
    id: newId(),
    digest: digest(canonicalJson({ kind, content: told })),
    kind,
    orderNo,
    content: JSON.stringify(content),
    receivedAt: host.clock.now(),
    handledAt: null,
  };
  await host.transact(host.context(), async (tx) => {
    const isNew = await insertNew(tx, Push, row);
    if (isNew && brought) await insertNew(tx, MeituanOrder, brought);
  });
}

/** The order that Meituan tells of, when it fits the one that is here already. Throws Refusal. */
export async function orderOf(
  { host, shops }: Platform,
  content: Readonly<Record<string, unknown>>,
  known: MeituanOrder | null,
): Promise<MeituanOrder> {
  const { success, data } = (isDegraded(content) ? pushedOrder : orderContent).safeParse(content);
  if (!success) throw new Refusal(705, 'it makes no sense');
  const storeId = await shops.storeOf(data.app_poi_code);
  if (storeId === null) throw new Refusal(803, 'unknown shop');
  if (known && known.storeId !== storeId) throw new Refusal(705, 'the order is of another shop');
  if (known && known.total !== data.total) throw new Refusal(705, 'the amount is of another order');
  const now = host.clock.now();
  return {
    orderNo: data.order_id,
    storeId,
    orderId: null,
    paymentId: null,
    total: data.total,
    standing: 'WAITING',
    refundNo: null,
    receivedAt: now,
    askedAt: now,
  };
}
