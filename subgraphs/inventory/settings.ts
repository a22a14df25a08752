import { z } from 'zod';
import type { Host } from '../../kernel/module.ts';

/** What a chain may set for its stock, as INVENTORY_SUPPLIER_TIMEOUT_SECONDS. */
export const settings = z.object({
  /** How long a supplier may take to take an order before its answer counts as unknown. */
  supplierTimeoutSeconds: z.coerce.number().int().min(1).max(60).default(10),
  /** The tax in percent up to which a supplier's invoice may be approved by itself. */
  mostTaxPercent: z.coerce.number().int().min(0).max(100).default(13),
});

/** The kernel as this module sees it. */
export type InventoryHost = Host<z.infer<typeof settings>>;
