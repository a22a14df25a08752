import { holdsAnywhere, type Identity, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { CreateCategoryInput, CreateDaypartInput, CreateModifierGroupInput } from '../../../schema/types/menu.ts';
import { Category, Daypart, Modifier, ModifierGroup } from '../entities.ts';
import { menuError } from '../errors.ts';
import { difference, distinct, named, timeOfDay } from '../validate.ts';
import { insertUnique } from './unique.ts';

/** Adds a category to those that all stores share, and answers its id. CATEGORY_NAME_TAKEN. */
export async function createCategory(host: Host, ctx: Context, input: CreateCategoryInput): Promise<string> {
  requireMenuWriter(ctx.identity);
  const row = { name: named(input.name), position: whole('position', input.position, -1_000_000, 1_000_000) };
  const claim = { mutation: 'createCategory', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const id = newId();
      await insertUnique(tx, Category, { id, ...row }, menuError('CATEGORY_NAME_TAKEN'));
      return id;
    }),
  );
  return id;
}

/** Adds a daypart for the whole chain, and answers its id. DAYPART_NAME_TAKEN. */
export async function createDaypart(host: Host, ctx: Context, input: CreateDaypartInput): Promise<string> {
  requireScope(ctx.identity, 'menu:write');
  const row = { name: named(input.name), from: timeOfDay(input.from, 'from'), to: timeOfDay(input.to, 'to') };
  const claim = { mutation: 'createDaypart', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const id = newId();
      await insertUnique(tx, Daypart, { id, ...row }, menuError('DAYPART_NAME_TAKEN'));
      return id;
    }),
  );
  return id;
}

/** Adds a group of modifiers that any dish may carry, and answers its id. */
export async function createModifierGroup(host: Host, ctx: Context, input: CreateModifierGroupInput): Promise<string> {
  requireMenuWriter(ctx.identity);
  const modifiers = list('modifiers', input.modifiers, 1, 50).map(({ name, price }, position) => ({
    name: named(name, 'modifiers.name'),
    price: difference(price, 'modifiers.price'),
    position,
  }));
  distinct('modifiers', modifiers, ({ name }) => name);
  const max = whole('max', input.max, 1, modifiers.length);
  const row = { name: named(input.name), min: whole('min', input.min, 0, max), max };
  const claim = { mutation: 'createModifierGroup', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const groupId = newId();
      await tx.em.insert(ModifierGroup, { id: groupId, ...row });
      await tx.em.insertMany(
        Modifier,
        modifiers.map((modifier) => ({ id: newId(), groupId, ...modifier })),
      );
      return groupId;
    }),
  );
  return id;
}

/** Asks for menu:write at any store at all: what is added here is shared, and changes nothing that others have. */
function requireMenuWriter(identity: Identity): void {
  if (!holdsAnywhere(identity, 'menu:write')) requireScope(identity, 'menu:write');
}
