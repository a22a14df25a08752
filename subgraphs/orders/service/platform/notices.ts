import { TimeoutStrategy, timeout } from 'cockatiel';
import { SECOND } from '../../../../kernel/clock.ts';
import { newId } from '../../../../kernel/ids.ts';
import type { Context, Transaction } from '../../../../kernel/module.ts';
import { Order, PlatformNotice } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import { DeliveryPlatform, type NoticeResult, type RefusalReason } from '../../ports.ts';
import type { OrdersHost } from '../../settings.ts';
import type { Mover } from '../../state.ts';

/** How many platforms are told of at once: what has waited for longest. */
const BATCH = 50;
/** How long after an answer that is not certain a platform is told again, in ms; beside what it may take to answer. */
const AGAIN = 5 * SECOND;

/** What a notice says. */
type Saying = Pick<PlatformNotice, 'kind'> & Partial<Pick<PlatformNotice, 'reason' | 'text'>>;

/** Notes in the transaction of a move what the delivery platform of an order has to be told of it. */
export async function noteFor(
  host: OrdersHost,
  tx: Transaction,
  by: Mover,
  { before, after }: { before: Order; after: Order },
): Promise<void> {
  const saying = sayingOf(by, before, after);
  if (saying) await note(host, tx, after.id, saying);
}

/** Notes what the delivery platform of an order is to be told. */
export async function note(host: OrdersHost, tx: Transaction, orderId: string, saying: Saying): Promise<void> {
  const now = host.clock.now();
  const notice = { id: newId(), orderId, reason: null, text: null, ...saying };
  await tx.em.insert(PlatformNotice, { ...notice, state: 'PENDING', createdAt: now, dueAt: now });
}

function sayingOf(
  by: Mover,
  before: Order,
  { state, paymentId, rejection, cancelReason = null }: Order,
): Saying | null {
  switch (state) {
    case 'REJECTED':
      return refusal(rejection ? 'SOLD_OUT' : 'OTHER', null);
    case 'EXPIRED':
      return refusal('NOT_CONFIRMED', null);
    case 'CANCELLED':
      // What was confirmed is taken back with the money.
      return by === 'PLATFORM' || paymentId ? null : refusal('OTHER', cancelReason);
    case 'READY':
      return { kind: 'PREPARED' };
    case 'COMPLETED':
      return before.state === 'READY' ? null : { kind: 'PREPARED' };
    default:
      return null;
  }
}

/** Says that an order will not be made, and why. */
export function refusal(reason: RefusalReason, text: string | null): Saying {
  return { kind: 'REFUSED', reason, text };
}

/** Tells delivery platforms what they are to be told; what is not certain is told again, as the same notice. */
export async function tellPlatforms(host: OrdersHost, ctx: Context): Promise<void> {
  const now = host.clock.now();
  const patience = host.settings.providerTimeoutSeconds * SECOND + AGAIN;
  // What is due that far in the future was put off before the clock went back.
  const due = { state: 'PENDING' as const, $or: [{ dueAt: { $lte: now } }, { dueAt: { $gt: now + patience } }] };
  const notices = await ctx.em.find(PlatformNotice, due, { orderBy: { dueAt: 'asc', id: 'asc' }, limit: BATCH });
  if (notices.length === 0) return;
  const ids = notices.map(({ id }) => id);
  await host.transact(ctx, (tx) => tx.em.nativeUpdate(PlatformNotice, { id: ids }, { dueAt: now + patience }));
  await Promise.all(
    notices.map((notice) =>
      tell(host, notice).catch((error) =>
        host.log.warn({ error, orderId: notice.orderId, kind: notice.kind }, 'a delivery platform was not told yet'),
      ),
    ),
  );
}

async function tell(host: OrdersHost, notice: PlatformNotice): Promise<void> {
  const { id, orderId, kind, reason = null, text = null } = notice;
  const order = await host.context().em.findOneOrFail(Order, orderId);
  const { storeId, source, externalId } = order;
  const platform = await platformOf(host, source ?? '');
  const limit = timeout(host.settings.providerTimeoutSeconds * SECOND, TimeoutStrategy.Aggressive);
  const told: NoticeResult = await limit.execute(() =>
    platform.tell({ noticeId: id, orderId, storeId, externalId: externalId ?? '', kind, reason, text }),
  );
  const state = told.outcome === 'done' ? 'DONE' : 'FAILED';
  await host.transact(host.context(), (tx) => tx.em.nativeUpdate(PlatformNotice, { id, state: 'PENDING' }, { state }));
  if (told.outcome === 'refused')
    host.log.error({ orderId, kind, reason: told.reason }, 'a delivery platform would not hear of it');
}

/** A delivery platform by its name; PLATFORM_UNKNOWN when no plug-in provides it. */
export async function platformOf(host: OrdersHost, name: string): Promise<DeliveryPlatform> {
  const platform = await host.port(DeliveryPlatform, name);
  if (!platform) throw orderError('PLATFORM_UNKNOWN', { platform: name });
  return platform;
}
