import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { CartInput } from '../../../schema/types/orders.ts';

/** A cart whose shape is right; whether its dishes exist is menu's to say. */
export type Cart = ReturnType<typeof checkedCart>;

/** Checks a cart's lengths and quantities. BAD_INPUT names the field. */
export function checkedCart(cart: CartInput) {
  return {
    storeId: cart.storeId,
    channel: cart.channel,
    tableCode: optionalText('cart.tableCode', cart.tableCode, 64),
    lines: list('cart.lines', cart.lines, 1, 100).map((line, index) => ({
      menuItemId: line.menuItemId,
      specId: line.specId,
      modifierIds: [...list(`cart.lines[${index}].modifierIds`, line.modifierIds, 0, 50)],
      comboOptionIds: [...list(`cart.lines[${index}].comboOptionIds`, line.comboOptionIds, 0, 20)],
      quantity: whole(`cart.lines[${index}].quantity`, line.quantity, 1, 99),
      weighingId: line.weighingId ?? null,
      note: optionalText(`cart.lines[${index}].note`, line.note, 200),
    })),
    couponIds: [...new Set(list('cart.couponIds', cart.couponIds, 0, 10))],
    note: optionalText('cart.note', cart.note, 500),
  };
}
