import { z } from 'zod';

/** What the environment says, behind SUPPLIER_UBL. */
export const settings = z.object({
  /** Whether a supplier of our own stands in while none is configured: never in production. */
  simulator: z.stringbool().default(false),
  /** The suppliers by the names of their accounts, as JSON or a file of JSON: see suppliers.ts. */
  suppliers: z.string().optional(),
  /** How the suppliers know us. */
  buyer: z.string().trim().min(1).max(100).default('DineGraph'),
  /** Where the world reaches this product; the simulator sends its documents there. */
  publicUrl: z.url({ error: 'expected an address like https://example.com' }).optional(),
  /** The longest document that is read, in bytes. */
  mostBytes: z.coerce.number().int().min(10_000).max(8_000_000).default(1_000_000),
  /** How long a supplier may take to answer; inventory waits INVENTORY_SUPPLIER_TIMEOUT_SECONDS. */
  timeoutSeconds: z.coerce.number().min(0.1).max(30).default(8),
});
export type UblSettings = z.infer<typeof settings>;
