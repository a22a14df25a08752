import { DAY } from '../../../kernel/clock.ts';
import { kernelError } from '../../../kernel/errors.ts';
import { holdsAnywhere, type PersonIdentity, personOf, requirePerson, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CouponState, IssueCouponInput, VoidCouponInput } from '../../../schema/types/marketing.ts';
import { DinerFactsDocument } from '../../../schema/types/marketing-asks-members.ts';
import { Coupon, type CouponTemplate } from '../entities.ts';
import { marketingError } from '../errors.ts';
import { couponById, templateById } from '../loaders.ts';

/**
 * Gives a diner a coupon of a template and answers its id. Throws FORBIDDEN, COUPON_TEMPLATE_NOT_FOUND,
 * DINER_NOT_FOUND, and COUPON_TEMPLATE_EXHAUSTED when all have been issued.
 */
export async function issueCoupon(host: Host, ctx: Context, input: IssueCouponInput): Promise<string> {
  const template = await templateById(ctx).load(input.templateId);
  requireScope(ctx.identity, 'marketing:manage', template?.storeId);
  if (!template) throw marketingError('COUPON_TEMPLATE_NOT_FOUND');
  const claim = { mutation: 'issueCoupon', key: input.idempotencyKey, input };
  const known = await host.outcomeOf(ctx, claim);
  if (known !== null) return known;

  const { dinerFacts: diner } = await host.ask(ctx, 'members', DinerFactsDocument, { id: input.dinerId });
  if (!diner) throw marketingError('DINER_NOT_FOUND');
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
        'update coupon_template set issued = issued + 1 where id = ? and (quantity is null or issued < quantity)',
        [template.id],
        'run',
      );
      if (affectedRows === 0) throw marketingError('COUPON_TEMPLATE_EXHAUSTED');
      const coupon = couponOf(template, diner.id, host.clock.now());
      await tx.em.insert(Coupon, coupon);
      return coupon.id;
    }),
  );
  return id;
}

function couponOf(template: CouponTemplate, dinerId: string, now: number) {
  return {
    id: newId(),
    templateId: template.id,
    dinerId,
    state: 'ISSUED' as const,
    orderId: null,
    issuedAt: now,
    expiresAt: now + template.validDays * DAY,
  };
}

/** Takes a coupon back. Throws FORBIDDEN, COUPON_NOT_FOUND, and COUPON_LOCKED or COUPON_REDEEMED when an order has it. */
export async function voidCoupon(host: Host, ctx: Context, { id }: VoidCouponInput): Promise<void> {
  const coupon = await couponById(ctx).load(id);
  const template = coupon && (await templateById(ctx).load(coupon.templateId));
  requireScope(ctx.identity, 'marketing:manage', template?.storeId);
  await host.transact(ctx, async (tx) => {
    await tx.em.nativeUpdate(Coupon, { id, state: 'ISSUED' }, { state: 'VOIDED' });
    const { state } = (await tx.em.findOne(Coupon, id, { refresh: true })) ?? {};
    if (!state) throw marketingError('COUPON_NOT_FOUND');
    if (state === 'LOCKED' || state === 'REDEEMED') throw marketingError(`COUPON_${state}`);
  });
}

/** A coupon, to its diner and to staff who see orders or members; null to everybody else. */
export async function visibleCoupon(ctx: Context, id: string): Promise<Coupon | null> {
  const coupon = await couponById(ctx).load(id);
  if (!coupon || isOwn(coupon.dinerId, personOf(ctx.identity))) return coupon;
  // Diners and their coupons belong to the chain.
  return ['orders:read', 'members:read'].some((scope) => holdsAnywhere(ctx.identity, scope)) ? coupon : null;
}

/** One page of a diner's coupons, newest first. Throws UNAUTHENTICATED, and FORBIDDEN to who may not see them. */
export function couponsOf(
  host: Host,
  ctx: Context,
  dinerId: string,
  states: readonly CouponState[] | null,
  args: PageArgs,
): Promise<Connection<Coupon>> {
  const person = requirePerson(ctx.identity);
  if (!isOwn(dinerId, person) && !holdsAnywhere(ctx.identity, 'members:read'))
    throw kernelError('FORBIDDEN', { scope: 'members:read' });
  const now = host.clock.now();
  const wanted = states === null ? [] : [{ $or: states.map((state) => inState(state, now)) }];
  return page(
    args,
    ({ id }) => id,
    (limit, after) =>
      ctx.em.find(
        Coupon,
        { $and: [{ dinerId }, ...wanted, ...(after === null ? [] : [{ id: { $lt: after } }])] },
        { orderBy: { id: 'desc' }, limit },
      ),
  );
}

function isOwn(dinerId: string, person: PersonIdentity): boolean {
  return person.kind === 'diner' && person.id === dinerId;
}

/** The condition under which `couponStateAt` says this state. */
function inState(state: CouponState, now: number) {
  if (state === 'ISSUED') return { state, expiresAt: { $gt: now } };
  if (state === 'EXPIRED') return { state: 'ISSUED' as const, expiresAt: { $lte: now } };
  return { state };
}
