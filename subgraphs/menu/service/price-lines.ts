import { list } from '../../../kernel/input.ts';
import { present } from '../../../kernel/loaders.ts';
import type { Context } from '../../../kernel/module.ts';
import type {
  Channel,
  LineInput,
  LinePart,
  PricedCart,
  PricedLine,
  PriceLinesInput,
  StoreFacts,
  TableFacts,
} from '../../../schema/types/menu-internal.ts';
import { chosenModifiers, chosenOptions, chosenSpec, type Question } from '../choices.ts';
import {
  type ComboOption,
  DiningTable,
  type Dish,
  type DishSpec,
  isOpen,
  type MenuItem,
  priceOf,
  type Store,
} from '../entities.ts';
import { menuError } from '../errors.ts';
import {
  dishById,
  itemById,
  modifierGroupById,
  modifiersByGroup,
  pricesByItem,
  specsByDish,
  storeById,
} from '../loaders.ts';
import type { LocalTime, WallClock } from '../opening-hours.ts';
import { isOptionSold, isSold, itemOfOption } from './availability.ts';

/** Where and when a line is priced. */
interface Place {
  store: Store;
  channel: Channel;
  now: LocalTime;
}

/** Prices a cart's lines with few queries, however many lines. Throws the coded error of the line that is wrong. */
export async function priceLines(clock: WallClock, ctx: Context, input: PriceLinesInput): Promise<PricedCart> {
  const { storeId, channel, tableCode } = input;
  const lines = list('lines', input.lines, 1, 100);
  const store = await storeById(ctx).load(storeId);
  if (!store) throw menuError('STORE_NOT_FOUND', { id: storeId });
  const place = { store, channel, now: clock(store.timeZone) };
  return {
    store: storeFacts(store, place.now),
    table: tableCode == null ? null : await activeTable(ctx, storeId, tableCode),
    lines: await Promise.all(lines.map((line, index) => priceLine(ctx, place, line, index))),
  };
}

/** What sister modules need to know of a store, at a time of its zone. */
export function storeFacts(store: Store, now: LocalTime): StoreFacts {
  const { id, name, currency, timeZone, pricesIncludeTax, businessDayEndsAt, paused } = store;
  return { id, name, currency, timeZone, pricesIncludeTax, businessDayEndsAt, paused, isOpen: isOpen(store, now) };
}

async function activeTable(ctx: Context, storeId: string, code: string): Promise<TableFacts | null> {
  const table = await ctx.em.findOne(DiningTable, { code, storeId, active: true });
  return table && { id: table.id, name: table.name };
}

async function priceLine(ctx: Context, place: Place, line: LineInput, index: number): Promise<PricedLine> {
  const { store, channel, now } = place;
  const details = { line: index, menuItemId: line.menuItemId };
  if (line.quantity < 1 || line.quantity > 99) throw menuError('QUANTITY_INVALID', details);
  const item = await itemById(ctx).load(line.menuItemId);
  if (item?.storeId !== store.id) throw menuError('MENU_ITEM_NOT_FOUND', details);
  const dish = await present(dishById(ctx).load(item.dishId));
  const [specs, prices, questions] = await Promise.all([
    specsByDish(ctx).load(dish.id),
    pricesByItem(ctx).load(item.id),
    questionsOf(ctx, dish),
  ]);
  const spec = chosenSpec(specs, line.specId, details);
  assertWeighed(spec, line, details);
  const modifiers = chosenModifiers(questions, line.modifierIds, details);
  const options = chosenOptions(dish.comboSlots, line.comboOptionIds, details);
  const sold = await Promise.all([
    isSold(ctx, item, now),
    ...options.map((option) => isOptionSold(ctx, store.id, option, now)),
  ]);
  const added = [...modifiers.map(({ price }) => price), ...options.map(({ extra }) => extra)];
  const plain = partOf(item, dish, spec);
  return {
    ...plain,
    menuItemId: item.id,
    tags: dish.tags,
    modifiers: modifiers.map(({ id, name, price }) => ({ id, name, price })),
    parts: options.length ? await Promise.all(options.map((option) => partOfOption(ctx, store.id, option))) : [plain],
    unitPrice: Math.max(
      0,
      added.reduce((sum, price) => sum + price, forGrams(priceOf(spec, prices, channel), spec, line)),
    ),
    taxBasisPoints: taxOf(store, dish),
    available: !sold.includes(false),
  };
}

/** What is sold by weight needs one, and one portion of it is what was weighed. LINE_NEEDS_WEIGHT, LINE_NOT_WEIGHED. */
function assertWeighed({ perGrams }: DishSpec, { grams, quantity }: LineInput, details: object): void {
  if (perGrams != null && (grams == null || quantity !== 1)) throw menuError('LINE_NEEDS_WEIGHT', { ...details });
  if (perGrams == null && grams != null) throw menuError('LINE_NOT_WEIGHED', { ...details });
}

/** What was weighed costs its share of the price, rounded to the minor unit, half up. */
function forGrams(price: number, { perGrams }: DishSpec, { grams }: LineInput): number {
  return perGrams == null || grams == null ? price : Math.round((price * grams) / perGrams);
}

/** The questions asked of the diner about a dish. */
function questionsOf(ctx: Context, dish: Dish): Promise<Question[]> {
  return Promise.all(
    dish.modifierGroupIds.map(async (id) => {
      const [group, modifiers] = await Promise.all([
        present(modifierGroupById(ctx).load(id)),
        modifiersByGroup(ctx).load(id),
      ]);
      return { group, modifiers };
    }),
  );
}

async function partOfOption(ctx: Context, storeId: string, option: ComboOption): Promise<LinePart> {
  const [item, dish, specs] = await Promise.all([
    itemOfOption(ctx, storeId, option),
    present(dishById(ctx).load(option.dishId)),
    specsByDish(ctx).load(option.dishId),
  ]);
  return partOf(item, dish, chosenSpec(specs, option.specId, {}));
}

/** The tax that a dish bears at a store, in hundredths of a per cent. */
export function taxOf({ taxRates }: Store, { taxCategory }: Dish): number {
  return taxRates.find(({ category }) => category === taxCategory)?.basisPoints ?? 0;
}

/** What the kitchen has to make of a dish in a size; `item` is null where the store does not list it by itself. */
export function partOf(item: MenuItem | null, dish: Dish, spec: { id: string; name: string }): LinePart {
  return {
    menuItemId: item?.id ?? null,
    dishId: dish.id,
    categoryId: dish.categoryId,
    specId: spec.id,
    name: dish.name,
    specName: spec.name,
  };
}
