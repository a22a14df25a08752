import { decimalsOf } from '../../../kernel/money.ts';
import type { SuppliedUnit } from '../../../schema/types/supplier-ubl-asks-inventory.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { Cursor } from './cursor.ts';
import { exact } from './values.ts';

/** A quantity in what inventory counts in. */
export interface Quantity {
  quantity: number;
  unit: SuppliedUnit;
}

/** Codes of UN/ECE Recommendation 20, and how many decimals of one make one of ours. A piece is one of the supplier's packs. */
const units = new Map<string, { unit: SuppliedUnit; places: number }>([
  ['C62', { unit: 'PACK', places: 0 }],
  ['H87', { unit: 'PACK', places: 0 }],
  ['GRM', { unit: 'GRAM', places: 0 }],
  ['KGM', { unit: 'GRAM', places: 3 }],
  ['MLT', { unit: 'MILLILITRE', places: 0 }],
  ['LTR', { unit: 'MILLILITRE', places: 3 }],
]);

/** The most that a quantity may be: what GraphQL's Int and a store hold. */
const MOST = 1_000_000_000;

/** A quantity, exactly, in whole packs, grams or millilitres. `code` stands in where the element has no unit of its own. */
export function quantityAt({ path, text, attribute }: Cursor, code?: string): Quantity {
  const unit = units.get(attribute('unitCode') ?? code ?? '');
  if (!unit) throw invalid(path, `has one of the unit codes ${[...units.keys()].join(', ')}`);
  const quantity = exact(text, unit.places);
  if (quantity === null || quantity > MOST) throw invalid(path, 'is a whole number of packs, grams or millilitres');
  return { quantity, unit: unit.unit };
}

/** An amount in minor units of a currency, exactly. */
export function amountAt({ path, text, attribute }: Cursor, currency: string): number {
  const given = attribute('currencyID');
  if (given !== currency) throw new Refusal(422, 'CURRENCY_MISMATCH', `is in ${given}, and not in ${currency}`, path);
  const amount = exact(text, placesOf(currency));
  if (amount === null) throw invalid(path, `is an amount to the last minor unit of ${currency}, 0 or more`);
  return amount;
}

function placesOf(currency: string): number {
  try {
    return decimalsOf(currency);
  } catch {
    return 0;
  }
}
