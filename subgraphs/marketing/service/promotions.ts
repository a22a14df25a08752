import { badInput } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CreatePromotionInput, EndPromotionInput } from '../../../schema/types/marketing.ts';
import { Promotion } from '../entities.ts';
import { marketingError } from '../errors.ts';
import { checkPlace, readRule } from './rule.ts';

/** Starts a promotion and answers its id. Throws FORBIDDEN, BAD_INPUT, STORE_NOT_FOUND. */
export async function createPromotion(host: Host, ctx: Context, input: CreatePromotionInput): Promise<string> {
  const storeId = input.storeId ?? null;
  requireScope(ctx.identity, 'marketing:manage', storeId);
  const claim = { mutation: 'createPromotion', key: input.idempotencyKey, input };
  const known = await host.outcomeOf(ctx, claim);
  if (known !== null) return known;

  const startsAt = input.startsAt ?? host.clock.now();
  const endsAt = input.endsAt ?? null;
  if (endsAt !== null && endsAt <= startsAt) throw badInput('endsAt', 'is after the start');
  const promotion = {
    id: newId(),
    name: text('name', input.name, 1, 100),
    rule: readRule(input.rule),
    storeId,
    startsAt,
    endsAt,
    priority: whole('priority', input.priority, 0, 10_000),
    stackable: input.stackable,
  };
  await checkPlace(host, ctx, storeId, promotion.rule);
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      await tx.em.insert(Promotion, promotion);
      return promotion.id;
    }),
  );
  return id;
}

/** Ends a promotion now; one that has ended stays as it is. Throws FORBIDDEN, PROMOTION_NOT_FOUND. */
export async function endPromotion(host: Host, ctx: Context, { id }: EndPromotionInput): Promise<void> {
  const promotion = await ctx.em.findOne(Promotion, id);
  requireScope(ctx.identity, 'marketing:manage', promotion?.storeId);
  if (!promotion) throw marketingError('PROMOTION_NOT_FOUND');
  const now = host.clock.now();
  await host.transact(ctx, (tx) =>
    tx.em.nativeUpdate(Promotion, { id, $or: [{ endsAt: null }, { endsAt: { $gt: now } }] }, { endsAt: now }),
  );
}

/** One page of the chain's promotions, and of a store's, that run now or will; by priority, then id. */
export function listPromotions(
  host: Host,
  ctx: Context,
  storeId: string | null,
  args: PageArgs,
): Promise<Connection<Promotion>> {
  return page(
    args,
    ({ priority, id }) => `${priority} ${id}`,
    (limit, after) =>
      ctx.em.find(
        Promotion,
        { $and: [holdsIn(storeId), notEnded(host.clock.now()), ...(after === null ? [] : [behind(after)])] },
        { orderBy: { priority: 'asc', id: 'asc' }, limit },
      ),
  );
}

/** The promotions that run in a store at this moment. */
export function runningPromotions(host: Host, ctx: Context, storeId: string): Promise<Promotion[]> {
  const now = host.clock.now();
  return ctx.em.find(Promotion, { $and: [holdsIn(storeId), notEnded(now), { startsAt: { $lte: now } }] });
}

/** The condition that an offer holds in the whole chain, or in the store when one is named. */
export function holdsIn(storeId: string | null) {
  return { $or: [{ storeId: null }, ...(storeId === null ? [] : [{ storeId }])] };
}

function notEnded(now: number) {
  return { $or: [{ endsAt: null }, { endsAt: { $gt: now } }] };
}

function behind(cursor: string) {
  const [, priority, id] = /^(\d+) (.+)$/.exec(cursor) ?? [];
  if (!priority || !id) throw badInput('after', 'is not a cursor of this list');
  return { $or: [{ priority: { $gt: Number(priority) } }, { priority: Number(priority), id: { $gt: id } }] };
}
