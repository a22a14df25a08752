import { badInput } from '../../../kernel/errors.ts';
import { list, text, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { RuleInput } from '../../../schema/types/marketing.ts';
import { PriceGiftDocument, StoreDocument } from '../../../schema/types/marketing-asks-menu.ts';
import type { Rule } from '../entities.ts';
import { marketingError } from '../errors.ts';
import { effectFields } from '../pricing/kind.ts';
import { kinds } from '../pricing/kinds.ts';
import { LONGEST_ID, MOST_MONEY } from '../pricing/limits.ts';

/** The most dishes or categories that a rule may name, and the most tiers. */
const MOST_GOODS = 200;
const MOST_TIERS = 20;

/** Reads an offer's rule as it was written down; the fields are those of its kind. Throws BAD_INPUT. */
export function readRule(input: RuleInput): Rule {
  const kind = kinds[input.kind];
  for (const field of effectFields) {
    if (input[field] != null && !kind.fields.includes(field))
      throw badInput(`rule.${field}`, `does not belong to ${input.kind}`);
  }
  return {
    kind: input.kind,
    threshold: whole('rule.threshold', input.threshold, 0, MOST_MONEY),
    dishIds: names('rule.dishIds', input.dishIds, MOST_GOODS),
    categoryIds: names('rule.categoryIds', input.categoryIds, MOST_GOODS),
    channels: [...new Set(input.channels)],
    tierCodes: names('rule.tierCodes', input.tierCodes, MOST_TIERS),
    ...kind.read(input),
    // The kind that read the effect is the one that is named; the compiler does not follow it through the table.
  } as Rule;
}

/**
 * Makes sure with the menu that an offer's store exists, and that its gift is a dish of that store which can be ordered
 * without choices. Throws STORE_NOT_FOUND, BAD_INPUT, or what the menu has against the gift.
 */
export async function checkPlace(host: Host, ctx: Context, storeId: string | null, rule: Rule): Promise<void> {
  if (storeId !== null) {
    const { store } = await host.ask(ctx, 'menu', StoreDocument, { id: storeId });
    if (!store) throw marketingError('STORE_NOT_FOUND');
  }
  if (rule.kind !== 'GIFT') return;
  if (storeId === null) throw badInput('storeId', 'is needed for a gift, which is a dish of one store');
  const { giftItemId: menuItemId, giftSpecId: specId } = rule;
  const gift = { menuItemId, specId, modifierIds: [], comboOptionIds: [], quantity: 1 };
  await host.ask(ctx, 'menu', PriceGiftDocument, {
    input: { storeId, channel: rule.channels[0] ?? 'DINE_IN', lines: [gift] },
  });
}

function names(field: string, values: readonly string[], most: number): string[] {
  return [...new Set(list(field, values, 0, most).map((value) => text(field, value, 1, LONGEST_ID)))];
}
