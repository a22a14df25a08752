import { z } from 'zod';

/** DEVICES_PREP_MINUTES and DEVICES_PRINT_LANGUAGE. */
export const settings = z.object({
  /** From payment until a ticket is due. */
  prepMinutes: z.coerce.number().int().min(1).max(240).default(15),
  /** The language of receipts and slips. */
  printLanguage: z.enum(['en', 'zh']).default('en'),
});

export type Settings = z.infer<typeof settings>;
