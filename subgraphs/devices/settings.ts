import { z } from 'zod';
import type { Host } from '../../kernel/module.ts';

/** What a chain may set for its stores' machines, such as DEVICES_PREP_MINUTES. */
export const settings = z.object({
  /** From payment until a ticket is due. */
  prepMinutes: z.coerce.number().int().min(1).max(240).default(15),
  /** How long something that waits for a printer is worth printing by itself; afterwards somebody has to ask for it. */
  printWithinMinutes: z.coerce.number().int().min(1).max(1_440).default(240),
  /** How long a scale may take to come to rest. */
  scaleSeconds: z.coerce.number().min(0.1).max(10).default(4),
  /** The language of receipts and slips. */
  printLanguage: z.enum(['en', 'zh']).default('en'),
});

/** The kernel as this module sees it. */
export type DevicesHost = Host<z.infer<typeof settings>>;
