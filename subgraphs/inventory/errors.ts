import { errorCatalogue } from '../../kernel/errors.ts';

/** The codes that inventory answers with. */
export const inventoryError = errorCatalogue({
  MENU_ITEM_NOT_FOUND: 'The store lists no such dish.',
  STORE_NOT_FOUND: 'There is no such store.',
  STOCK_ITEM_NOT_FOUND: 'The store keeps no such thing.',
  STOCK_ITEM_EXISTS: 'The store already keeps something of this name.',
  STOCK_NEGATIVE: 'Less would be left than orders hold.',
  WEIGHING_NOT_FOUND: 'This was not weighed in this store in the last fifteen minutes.',
  WEIGHING_USED: 'This weighing was made use of before.',
  STOCK_TOO_LARGE: 'More would be there than a store may have.',
});
