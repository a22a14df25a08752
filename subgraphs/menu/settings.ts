import { z } from 'zod';
import type { Host } from '../../kernel/module.ts';

/** What a chain may set for its stores, as MENU_PUBLIC_URL. */
export const settings = z.object({
  /** Where diners reach the product; the stickers' QR codes lead there. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:4000')
    .transform((url) => url.replace(/\/$/, '')),
});

/** The kernel as this module sees it. */
export type MenuHost = Host<z.infer<typeof settings>>;
