import {
  type Context,
  callerOf,
  type EventEnvelope,
  errorCatalogue,
  type Host,
  hasScope,
  insertNew,
  requirePerson,
  type Transaction,
} from 'dinegraph';
import { draw } from './draw.ts';
import { type BlindBox, Boxes, boxByOrder } from './entities.ts';
import type { StoreSettings } from './settings.ts';

/** What this plug-in may refuse. */
const boxError = errorCatalogue({
  BLIND_BOX_NOT_FOUND: 'There is no box with this order, or it is not yours to open.',
});

/** What is done with boxes. */
export interface BoxService {
  /** Puts a box beside a paid order of a diner, once. */
  make(tx: Transaction, event: EventEnvelope<'order.paid'>): Promise<void>;
  /** Takes away what was not opened before the order came to nothing. */
  takeBack(tx: Transaction, event: EventEnvelope<'order.cancelled'>): Promise<void>;
  /** The box of an order for whoever may see it, or null. */
  seen(ctx: Context, orderId: string): Promise<BlindBox | null>;
  /** Opens it for its diner, once. Throws UNAUTHENTICATED or BLIND_BOX_NOT_FOUND. */
  open(ctx: Context, orderId: string): Promise<BlindBox>;
}

/**
 * Makes the service. Whether an order comes to the store's minimum is looked at when a box is shown or opened, and not when
 * it is made: so a store that changes its minimum changes it for every box that is still closed. What was opened stays.
 */
export function boxService(host: Host<unknown, StoreSettings>): BoxService {
  const count = host.metrics.counter('boxes_opened_total', 'Boxes that diners have opened.');

  /** What may be in a closed box; null where there is to be none. */
  async function prizesIn({ storeId, total }: BlindBox): Promise<StoreSettings['prizes'] | null> {
    const { enabled, settings } = await host.atStore(storeId);
    return enabled && total >= settings.minimum ? settings.prizes : null;
  }

  const isOf = ({ dinerId }: BlindBox, { identity }: Context) => callerOf(identity) === `diner:${dinerId}`;

  return {
    async make(tx, { payload: { orderId, storeId, dinerId, total, paidAt } }) {
      if (dinerId === null) return;
      const rest = { state: 'READY', prize: null, madeAt: paidAt, openedAt: null } as const;
      await insertNew(tx, Boxes, { orderId, storeId, dinerId, total, ...rest });
    },

    async takeBack(tx, { payload: { orderId } }) {
      await tx.em.nativeDelete(Boxes, { orderId, state: 'READY' });
    },

    async seen(ctx, orderId) {
      const box = await boxByOrder(ctx).load(orderId);
      if (!box || !(isOf(box, ctx) || hasScope(ctx.identity, 'orders:read', box.storeId))) return null;
      return box.state === 'OPENED' || (await prizesIn(box)) ? box : null;
    },

    async open(ctx, orderId) {
      requirePerson(ctx.identity);
      const box = await boxByOrder(ctx).load(orderId);
      if (!box || !isOf(box, ctx)) throw boxError('BLIND_BOX_NOT_FOUND', { orderId });
      if (box.state === 'OPENED') return box;
      const prizes = await prizesIn(box);
      if (!prizes) throw boxError('BLIND_BOX_NOT_FOUND', { orderId });
      const opened = { state: 'OPENED', prize: draw(prizes), openedAt: host.clock.now() } as const;
      const { now, written } = await host.transact(ctx, async (tx) => {
        // Of two at once the first to come writes; the other finds the box open, and reads what was in it.
        const written = await tx.em.nativeUpdate(Boxes, { orderId, state: 'READY' }, opened);
        const now = await tx.em.findOne(Boxes, { orderId });
        if (!now) throw boxError('BLIND_BOX_NOT_FOUND', { orderId });
        return { now, written };
      });
      // Not before: a transaction may come to nothing, or be run again.
      if (written > 0) count();
      return now;
    },
  };
}
