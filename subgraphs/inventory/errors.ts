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
  SUPPLIER_NOT_FOUND: 'There is no such supplier.',
  SUPPLIER_EXISTS: 'There is a supplier of this account already.',
  SUPPLIER_UNREACHABLE: 'There is no way to this supplier: nothing here knows its account.',
  SUPPLIER_PRODUCT_NOT_FOUND: 'The supplier does not sell this to the store.',
  PURCHASE_ORDER_NOT_FOUND: 'There is no such purchase order.',
  PURCHASE_ORDER_STATE: 'As the purchase order stands now, this cannot be done.',
  PURCHASE_LINE_NOT_FOUND: 'The purchase order has no such line.',
  CURRENCY_MISMATCH: 'The purchase order is of another currency.',
  DESPATCH_NOT_FOUND: 'There is no such delivery.',
  DESPATCH_RECEIVED: 'This delivery was taken in before.',
  INVOICE_NOT_FOUND: 'There is no such invoice.',
  INVOICE_DECIDED: 'This invoice was decided before.',
});
