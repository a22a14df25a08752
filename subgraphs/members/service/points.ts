import { badInput } from '../../../kernel/errors.ts';
import type { EventEnvelope } from '../../../kernel/events/events.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text, whole } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { decimalsOf } from '../../../kernel/money.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { AdjustPointsInput } from '../../../schema/types/members.ts';
import { PointsAccount, PointsEntry } from '../entities.ts';
import { memberError } from '../errors.ts';
import { pointsFor, tierOf } from '../tiers.ts';
import { PROGRAMME, post } from './ledger.ts';

/** The most points that one correction may move. */
const MAX_ADJUSTMENT = 1_000_000;

/** Gives the diner what a completed order earned, by the tier they were in. */
export async function earnPoints(
  tx: Transaction,
  { payload: { orderId, dinerId, total, currency }, at }: EventEnvelope<'order.completed'>,
): Promise<void> {
  const account = dinerId && (await tx.em.findOne(PointsAccount, dinerId));
  if (!account) return;
  const points = pointsFor(total, decimalsOf(currency), tierOf(account.earned));
  if (points <= 0) return;
  const id = `earn:${orderId}`;
  const posting = await post(tx, { id, kind: 'EARN', dinerId: account.id, points, reference: orderId, at });
  if (posting === 'short') throw new Error(`the account ${account.id} cannot hold ${points} points more`);
}

/** Corrects an account; answers the diner's id. Throws POINTS_INSUFFICIENT or DINER_NOT_FOUND. */
export async function adjustPoints(host: Host, ctx: Context, input: AdjustPointsInput): Promise<string> {
  requireScope(ctx.identity, 'members:write');
  const points = whole('points', input.points, -MAX_ADJUSTMENT, MAX_ADJUSTMENT);
  if (points === 0) throw badInput('points', 'is not 0');
  const reference = text('reason', input.reason, 1, 200);
  const claim = { mutation: 'adjustPoints', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const { dinerId } = input;
      if (!(await tx.em.findOne(PointsAccount, dinerId)) || dinerId === PROGRAMME)
        throw memberError('DINER_NOT_FOUND', { id: dinerId });
      const movement = { id: `adjust:${newId()}`, dinerId, points, reference, at: host.clock.now() };
      if ((await post(tx, { kind: 'ADJUST', ...movement })) === 'posted') return dinerId;
      if (points > 0) throw badInput('points', 'is more than the account can hold');
      throw memberError('POINTS_INSUFFICIENT');
    }),
  );
  return id;
}

/** An account's entries, newest first. */
export function pointsEntries(ctx: Context, accountId: string, args: PageArgs): Promise<Connection<PointsEntry>> {
  return page(
    args,
    ({ id }) => id,
    (limit, after) =>
      ctx.em.find(PointsEntry, after === null ? { accountId } : { accountId, id: { $lt: after } }, {
        orderBy: { id: 'desc' },
        limit,
      }),
  );
}
