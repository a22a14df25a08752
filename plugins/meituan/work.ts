import { DAY, SECOND } from '../../kernel/clock.ts';
import { CodedError } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/module.ts';
import { MeituanOrder, Push } from './entities.ts';
import { actUpon, catchUp } from './news.ts';
import type { Platform } from './platform.ts';

/** How many pushes, or orders, one run takes up: what has waited for longest. */
const BATCH = 200;
/** How often an order is asked about that waits, and one that is confirmed, in ms. */
const WAITS = 20 * SECOND;
const GOES_ON = 120 * SECOND;
/** How long an order is asked about, and a push tried, in ms. */
const AT_MOST = 2 * DAY;

/** Acts upon pushes: those of one order one after the other, as they came. */
export interface Worker {
  /** Acts upon the pushes of an order, now; resolves when that has come to an end, good or not. */
  kick(orderNo: string): Promise<void>;
  /** The same for all orders that have some left. */
  workOff(ctx: Context): Promise<void>;
  /** Asks about the orders that are not over: a push may have been missed. */
  poll(ctx: Context): Promise<void>;
  /** Resolves when nothing is acted upon any more. */
  done(): Promise<void>;
}

/** Makes the worker of this process. Another one may be at the same order: everything it does may be done twice. */
export function workerOf(platform: Platform): Worker {
  const { host } = platform;
  const busy = new Map<string, Promise<void>>();

  function kick(orderNo: string): Promise<void> {
    const before = busy.get(orderNo) ?? Promise.resolve();
    const mine = before
      .then(() => work(orderNo))
      .catch((error: unknown) => host.log.warn({ error, orderNo }, 'a push of Meituan is not acted upon yet'))
      .finally(() => {
        if (busy.get(orderNo) === mine) busy.delete(orderNo);
      });
    busy.set(orderNo, mine);
    return mine;
  }

  async function work(orderNo: string): Promise<void> {
    const { em } = host.context();
    for (const push of await em.find(Push, { orderNo, handledAt: null }, { orderBy: { id: 'asc' } })) {
      const order = await host.context().em.findOneOrFail(MeituanOrder, orderNo);
      await actUpon(platform, order, push).catch((error) => {
        // What orders refuses in words, or what is of no use any more, is refused tomorrow too.
        const isFinal = error instanceof CodedError && FINAL.has(error.code);
        if (!isFinal && host.clock.now() - push.receivedAt < AT_MOST) throw error;
        host.log.error({ error, orderNo, kind: push.kind, alarm: true }, 'a push of Meituan is given up');
      });
      const handledAt = host.clock.now();
      await host.transact(host.context(), (tx) => tx.em.nativeUpdate(Push, { id: push.id }, { handledAt }));
    }
  }

  return {
    kick,
    async workOff({ em }) {
      const left = await em.find(Push, { handledAt: null }, { orderBy: { id: 'asc' }, limit: BATCH });
      await Promise.all([...new Set(left.map(({ orderNo }) => orderNo))].map(kick));
    },
    async poll({ em }) {
      const now = host.clock.now();
      // What was asked about in the future was so before the clock went back.
      const due = (after: number) => ({ $or: [{ askedAt: { $lte: now - after } }, { askedAt: { $gt: now + after } }] });
      const open = await em.find(
        MeituanOrder,
        {
          receivedAt: { $gt: now - AT_MOST },
          $or: [
            { standing: 'WAITING', ...due(WAITS) },
            { standing: 'CONFIRMED', ...due(GOES_ON) },
          ],
        },
        { orderBy: { askedAt: 'asc' }, limit: BATCH },
      );
      await Promise.all(
        open.map((order) =>
          catchUp(platform, order, null).catch((error) =>
            host.log.warn({ error, orderNo: order.orderNo }, 'an order of Meituan is still not certain'),
          ),
        ),
      );
    },
    async done() {
      while (busy.size > 0) await Promise.all(busy.values());
    },
  };
}

const FINAL = new Set([
  'BAD_INPUT',
  'STORE_NOT_FOUND',
  'ORDER_NOT_FOUND',
  'ORDER_NOT_REFUNDABLE',
  'LINE_NOT_REFUNDABLE',
]);
