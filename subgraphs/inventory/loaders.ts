import { rowBy, rowsBy } from '../../kernel/loaders.ts';
import { Recipe, StockItem } from './entities.ts';
import {
  Despatch,
  DespatchLine,
  InvoiceLine,
  PurchaseLine,
  PurchaseOrder,
  Supplier,
  SupplierInvoice,
  SupplierProduct,
} from './purchase-entities.ts';

/** Stock items by id. */
export const stockItemById = rowBy(StockItem, 'id');

/** The recipes of dishes, of every store and size, by the id of the menu item. */
export const recipesByMenuItem = rowsBy(Recipe, 'menuItemId', { storeId: 'asc', specId: 'asc' });

/** Suppliers by id. */
export const supplierById = rowBy(Supplier, 'id');

/** What suppliers sell, by id. */
export const productById = rowBy(SupplierProduct, 'id');

/** What suppliers want to be paid, by id. */
export const invoiceById = rowBy(SupplierInvoice, 'id');

/** Purchase orders by id. */
export const purchaseOrderById = rowBy(PurchaseOrder, 'id');

/** The lines of purchase orders. */
export const linesByPurchase = rowsBy(PurchaseLine, 'orderId', { line: 'asc' });

/** The deliveries of purchase orders. */
export const despatchesByPurchase = rowsBy(Despatch, 'orderId', { at: 'asc', id: 'asc' });

/** What was sent for purchase orders, lot by lot. */
export const shippedByPurchase = rowsBy(DespatchLine, 'orderId', { id: 'asc' });

/** The lots of deliveries. */
export const linesByDespatch = rowsBy(DespatchLine, 'despatchId', { line: 'asc', id: 'asc' });

/** The invoices for purchase orders. */
export const invoicesByPurchase = rowsBy(SupplierInvoice, 'orderId', { at: 'asc', id: 'asc' });

/** What is billed for purchase orders, by all of their invoices. */
export const billedByPurchase = rowsBy(InvoiceLine, 'orderId', { invoiceId: 'asc', position: 'asc' });
