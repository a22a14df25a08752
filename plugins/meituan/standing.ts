import { NotCertain } from './client.ts';
import { MeituanOrder, type Standing } from './entities.ts';
import type { Platform } from './platform.ts';

const standings: Record<string, Standing> = {
  '1': 'WAITING',
  '2': 'WAITING',
  '4': 'CONFIRMED',
  '8': 'DONE',
  '9': 'CANCELLED',
};

/** Asks Meituan how an order stands and writes it down. Throws NotCertain when it cannot say. */
export async function askStanding(platform: Platform, { orderNo }: MeituanOrder): Promise<Standing> {
  const answer = await platform.client.call({
    method: 'GET',
    path: 'order/viewstatus',
    params: { order_id: orderNo },
  });
  if (!answer.ok) throw new NotCertain(`an order cannot be asked about: ${answer.code}`);
  const standing = standings[String(answer.data?.status)];
  if (!standing) throw new NotCertain('what Meituan tells of an order makes no sense');
  await noteStanding(platform, orderNo, standing);
  return standing;
}

/** Writes down how an order stands over there. */
export async function noteStanding({ host }: Platform, orderNo: string, standing: Standing): Promise<void> {
  const isOver = standing === 'CANCELLED' || standing === 'DONE';
  const changes = { standing, askedAt: host.clock.now(), ...(isOver && { refundNo: null }) };
  await host.transact(host.context(), (tx) => tx.em.nativeUpdate(MeituanOrder, { orderNo }, changes));
}

/** What Meituan was asked to do, and how the order stands after it. */
export interface Acted {
  standing: Standing;
  /** Why it was not done; null when it was. */
  refused: string | null;
}

/** Something that Meituan is asked to do with an order. */
export interface Act {
  path: string;
  params?: Record<string, string>;
  /** How the order stands when it is done. */
  becomes: Standing;
}

/**
 * Has Meituan do something with an order. Where it will not, what counts is how the order stands: it may have been done
 * before, when the answer was lost.
 */
export async function act(platform: Platform, order: MeituanOrder, { path, params, becomes }: Act): Promise<Acted> {
  const { orderNo } = order;
  const answer = await platform.client.call({ method: 'GET', path, params: { order_id: orderNo, ...params } });
  if (!answer.ok) return { standing: await askStanding(platform, order), refused: `${answer.code} ${answer.message}` };
  await noteStanding(platform, orderNo, becomes);
  return { standing: becomes, refused: null };
}
