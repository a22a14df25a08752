import { badInput } from '../../../kernel/errors.ts';
import { hasScope, holdsAnywhere, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CreateCouponTemplateInput } from '../../../schema/types/marketing.ts';
import { CouponTemplate } from '../entities.ts';
import { templateById } from '../loaders.ts';
import { holdsIn } from './promotions.ts';
import { checkPlace, readRule } from './rule.ts';

/** Adds a coupon template and answers its id. Throws FORBIDDEN, BAD_INPUT, STORE_NOT_FOUND. */
export async function createTemplate(host: Host, ctx: Context, input: CreateCouponTemplateInput): Promise<string> {
  const storeId = input.storeId ?? null;
  requireScope(ctx.identity, 'marketing:manage', storeId);
  const claim = { mutation: 'createCouponTemplate', key: input.idempotencyKey, input };
  const known = await host.outcomeOf(ctx, claim);
  if (known !== null) return known;

  const template = {
    id: newId(),
    name: text('name', input.name, 1, 100),
    rule: readRule(input.rule),
    storeId,
    validDays: whole('validDays', input.validDays, 1, 3_650),
    quantity: input.quantity == null ? null : whole('quantity', input.quantity, 1, 1_000_000_000),
    issued: 0,
    stackable: input.stackable,
  };
  await checkPlace(host, ctx, storeId, template.rule);
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      await tx.em.insert(CouponTemplate, template);
      return template.id;
    }),
  );
  return id;
}

/** One page of the templates that hold in a store, or of all; by name, then id. Throws FORBIDDEN. */
export async function listTemplates(
  ctx: Context,
  storeId: string | null,
  args: PageArgs,
): Promise<Connection<CouponTemplate>> {
  requireScope(ctx.identity, 'marketing:manage', storeId);
  const holds = storeId === null ? {} : holdsIn(storeId);
  return page(
    args,
    ({ id, name }) => `${id} ${name}`,
    (limit, after) =>
      ctx.em.find(
        CouponTemplate,
        { $and: [holds, ...(after === null ? [] : [behind(after)])] },
        { orderBy: { name: 'asc', id: 'asc' }, limit },
      ),
  );
}

/** A template, to whom some store's list would show it; to whom they were issued, coupons themselves show theirs. */
export async function visibleTemplate(ctx: Context, id: string): Promise<CouponTemplate | null> {
  const template = await templateById(ctx).load(id);
  if (!template) return null;
  const { storeId } = template;
  const scope = 'marketing:manage';
  const held = storeId === null ? holdsAnywhere(ctx.identity, scope) : hasScope(ctx.identity, scope, storeId);
  return held ? template : null;
}

function behind(cursor: string) {
  const [, id, name] = /^(\S+) (.+)$/s.exec(cursor) ?? [];
  if (!id || !name) throw badInput('after', 'is not a cursor of this list');
  return { $or: [{ name: { $gt: name } }, { name, id: { $gt: id } }] };
}
