import { present } from '../../kernel/loaders.ts';
import type { Context, ResolverMap } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/inventory.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/inventory-internal.ts';
import {
  despatchesByPurchase,
  invoicesByPurchase,
  linesByDespatch,
  linesByPurchase,
  purchaseOrderById,
  stockItemById,
  supplierById,
} from './loaders.ts';
import { draftPurchase, endPurchase } from './service/draft-purchase.ts';
import {
  differencesOfPurchase,
  listInvoices,
  listLots,
  listPurchases,
  purchaseIfVisible,
  visiblePurchase,
} from './service/find-purchases.ts';
import { receiveGoods, reportDespatch } from './service/goods-in.ts';
import { differencesOfInvoice } from './service/match-invoices.ts';
import { reportOrderResponse } from './service/order-response.ts';
import { sendPurchase } from './service/send-purchase.ts';
import { decideInvoice, invoiceIfVisible, reportInvoice } from './service/supplier-invoices.ts';
import {
  createSupplier,
  listProducts,
  listSuppliers,
  productIfVisible,
  setProduct,
  supplierIfVisible,
} from './service/suppliers.ts';
import type { InventoryHost } from './settings.ts';

/** The gateway does the subscribing; a frame is executed like any other operation. */
export const purchaseSubscriptions: ResolverMap = {
  purchaseOrderChanged: {
    resolve: (_: unknown, { purchaseOrderId }: { purchaseOrderId: string }, ctx: Context) =>
      visiblePurchase(ctx, purchaseOrderId),
  },
};

/** The part of schema.graphql that is about what is bought. */
export function purchaseResolvers(host: InventoryHost) {
  const stockItem = ({ stockItemId }: { stockItemId: string }, _: unknown, ctx: Context) =>
    present(stockItemById(ctx).load(stockItemId));
  const supplier = ({ supplierId }: { supplierId: string }, _: unknown, ctx: Context) =>
    present(supplierById(ctx).load(supplierId));
  return {
    Query: {
      suppliers: (_, args, ctx) => listSuppliers(ctx, args),
      supplierProducts: (_, { storeId, ...args }, ctx) => listProducts(ctx, storeId, args),
      purchaseOrder: (_, { id }, ctx) => visiblePurchase(ctx, id),
      purchaseOrders: (_, args, ctx) => listPurchases(ctx, args),
      supplierInvoices: (_, args, ctx) => listInvoices(ctx, args),
      stockLots: (_, args, ctx) => listLots(ctx, args),
    },
    Mutation: {
      createSupplier: (_, { input }, ctx) => createSupplier(host, ctx, input),
      setSupplierProduct: (_, { input }, ctx) => setProduct(host, ctx, input),
      draftPurchaseOrder: (_, { input }, ctx) => draftPurchase(host, ctx, input),
      sendPurchaseOrder: (_, { input }, ctx) => sendPurchase(host, ctx, input),
      cancelPurchaseOrder: (_, { input }, ctx) => endPurchase(host, ctx, input, 'CANCELLED'),
      closePurchaseOrder: (_, { input }, ctx) => endPurchase(host, ctx, input, 'CLOSED'),
      receiveGoods: (_, { input }, ctx) => receiveGoods(host, ctx, input),
      approveInvoice: (_, { input }, ctx) => decideInvoice(host, ctx, input, 'APPROVED'),
      disputeInvoice: (_, { input }, ctx) => decideInvoice(host, ctx, input, 'DISPUTED'),
    },
    Supplier: {
      __resolveReference: ({ id }, ctx) => supplierIfVisible(ctx, id),
    },
    SupplierProduct: {
      __resolveReference: ({ id }, ctx) => productIfVisible(ctx, id),
      stockItem,
      supplier,
    },
    PurchaseOrder: {
      __resolveReference: ({ id }, ctx) => purchaseIfVisible(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      supplier,
      lines: ({ id }, _, ctx) => linesByPurchase(ctx).load(id),
      despatches: ({ id }, _, ctx) => despatchesByPurchase(ctx).load(id),
      invoices: ({ id }, _, ctx) => invoicesByPurchase(ctx).load(id),
      differences: ({ id }, _, ctx) => differencesOfPurchase(ctx, id),
    },
    PurchaseLine: { stockItem },
    Despatch: {
      lines: ({ id }, _, ctx) => linesByDespatch(ctx).load(id),
    },
    StockLot: { stockItem, supplier },
    SupplierInvoice: {
      __resolveReference: ({ id }, ctx) => invoiceIfVisible(ctx, id),
      order: ({ orderId }, _, ctx) => present(purchaseOrderById(ctx).load(orderId)),
      differences: (invoice, _, ctx) => differencesOfInvoice(host, ctx, invoice),
    },
  } satisfies Resolvers;
}

/** The part of internal.graphql that takes in what suppliers say. */
export function purchaseReports(host: InventoryHost) {
  return {
    reportOrderResponse: (_, { input }, ctx) => reportOrderResponse(host, ctx, input),
    reportDespatch: (_, { input }, ctx) => reportDespatch(host, ctx, input),
    reportInvoice: (_, { input }, ctx) => reportInvoice(host, ctx, input),
  } satisfies InternalResolvers['Mutation'];
}
