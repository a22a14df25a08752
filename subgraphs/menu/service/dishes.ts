import { badInput } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, optionalText, text, whole } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { ComboSlotInput, CreateDishInput, DishSpecInput } from '../../../schema/types/menu.ts';
import { Category, CHAIN, type ComboSlot, Daypart, Dish, DishSpec, ModifierGroup, Store } from '../entities.ts';
import { menuError } from '../errors.ts';
import { difference, distinct, named, price, taxCategory } from '../validate.ts';
import { bookChanged } from './store-book.ts';
import { insertUnique } from './unique.ts';

/**
 * Adds a dish to headquarters' book or to a store's own, and answers its id. DISH_NAME_TAKEN, and the NOT_FOUND of what
 * it names: the store, category, groups, dayparts, and the dishes and sizes that a combo consists of.
 */
export async function createDish(host: Host, ctx: Context, input: CreateDishInput): Promise<string> {
  requireScope(ctx.identity, 'menu:write', input.storeId);
  const owner = input.storeId ?? CHAIN;
  const specs = specsOf(input.specs);
  const row = {
    owner,
    name: named(input.name),
    description: optionalText('description', input.description, 2_000),
    categoryId: input.categoryId,
    modifierGroupIds: ids('modifierGroupIds', input.modifierGroupIds),
    comboSlots: slotsOf(input.comboSlots),
    daypartIds: ids('daypartIds', input.daypartIds),
    tags: list('tags', input.tags, 0, 20).map((tag) => text('tags', tag, 1, 30)),
    taxCategory: taxCategory(input.taxCategory),
  };
  distinct('tags', row.tags, (tag) => tag);
  const claim = { mutation: 'createDish', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      await checkReferences(tx, row);
      const dishId = newId();
      await insertUnique(tx, Dish, { id: dishId, ...row }, menuError('DISH_NAME_TAKEN'));
      await tx.em.insertMany(
        DishSpec,
        specs.map((spec) => ({ id: newId(), dishId, ...spec })),
      );
      await bookChanged(host, tx, owner);
      return dishId;
    }),
  );
  return id;
}

function specsOf(input: readonly DishSpecInput[]) {
  const specs = list('specs', input, 1, 20).map((spec, position) => ({
    name: named(spec.name, 'specs.name'),
    price: price(spec.price, 'specs.price'),
    perGrams: spec.perGrams == null ? null : whole('specs.perGrams', spec.perGrams, 1, 100_000),
    position,
  }));
  distinct('specs', specs, ({ name }) => name);
  return specs;
}

function ids(field: string, given: readonly string[]): readonly string[] {
  list(field, given, 0, 20);
  distinct(field, given, (id) => id);
  return given;
}

function slotsOf(input: readonly ComboSlotInput[]): ComboSlot[] {
  const slots = list('comboSlots', input, 0, 10).map(({ name, options }) => ({
    id: newId(),
    name: named(name, 'comboSlots.name'),
    options: list('comboSlots.options', options, 1, 30).map(({ dishId, specId, extra }) => ({
      id: newId(),
      dishId,
      specId,
      extra: difference(extra, 'comboSlots.options.extra'),
    })),
  }));
  distinct('comboSlots', slots, ({ name }) => name);
  for (const { options } of slots)
    distinct('comboSlots.options', options, ({ dishId, specId }) => `${dishId} ${specId}`);
  return slots;
}

type References = Pick<Dish, 'owner' | 'categoryId' | 'modifierGroupIds' | 'daypartIds' | 'comboSlots'>;

async function checkReferences({ em }: Transaction, dish: References): Promise<void> {
  const { owner, categoryId, modifierGroupIds, daypartIds, comboSlots } = dish;
  if (owner !== CHAIN && !(await em.findOne(Store, owner))) throw menuError('STORE_NOT_FOUND', { id: owner });
  if (!(await em.findOne(Category, categoryId))) throw menuError('CATEGORY_NOT_FOUND', { id: categoryId });
  if ((await em.count(ModifierGroup, { id: { $in: modifierGroupIds } })) < modifierGroupIds.length)
    throw menuError('MODIFIER_GROUP_NOT_FOUND');
  if ((await em.count(Daypart, { id: { $in: daypartIds } })) < daypartIds.length) throw menuError('DAYPART_NOT_FOUND');

  const options = comboSlots.flatMap(({ options }) => options);
  const parts = await em.find(Dish, {
    id: { $in: options.map(({ dishId }) => dishId) },
    owner: { $in: [CHAIN, owner] },
  });
  const specs = await em.find(DishSpec, { id: { $in: options.map(({ specId }) => specId) } });
  for (const { dishId, specId } of options) {
    const part = parts.find(({ id }) => id === dishId);
    if (!part) throw menuError('DISH_NOT_FOUND', { id: dishId });
    if (part.comboSlots.length > 0) throw badInput('comboSlots', 'a combo is not part of another combo');
    const spec = specs.find(({ id }) => id === specId);
    if (spec?.dishId !== dishId) throw menuError('SPEC_NOT_FOUND', { id: specId });
    if (spec.perGrams != null) throw badInput('comboSlots', 'what is sold by weight is not part of a combo');
  }
}
