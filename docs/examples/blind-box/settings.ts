import { z } from 'dinegraph';

/** What each store sets for itself, while the product runs. */
export const storeSettings = z.object({
  minimum: z
    .number()
    .int()
    .min(0)
    .default(3000)
    .describe('What an order has to come to for a box, in fen or whatever the minor unit is: 3000 is ¥30.'),
  prizes: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(40),
        weight: z.number().int().min(1).max(1_000_000),
      }),
    )
    .min(1)
    .max(50)
    .default([
      { name: '酸梅汤一杯 A glass of plum juice', weight: 60 },
      { name: '茶叶蛋一只 A tea egg', weight: 35 },
      { name: '免单一次 A meal on the house', weight: 5 },
    ])
    .describe('What may be in a box: one of weight 2 is drawn twice as often as one of weight 1.'),
});

/** What a store has set. */
export type StoreSettings = z.infer<typeof storeSettings>;
