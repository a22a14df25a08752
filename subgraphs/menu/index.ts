import { join } from 'node:path';
import { z } from 'zod';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import {
  Category,
  Daypart,
  DiningTable,
  Dish,
  DishSpec,
  MenuItem,
  Modifier,
  ModifierGroup,
  Price,
  Store,
} from './entities.ts';
import { internal } from './internal.ts';
import { wallClock } from './opening-hours.ts';
import { resolvers } from './resolvers.ts';

/** Stores, their tables, and what they sell at which price and when. */
export const menu = defineModule({
  name: 'menu',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities: [Store, DiningTable, Category, Daypart, ModifierGroup, Modifier, Dish, DishSpec, MenuItem, Price],
  migrations: join(import.meta.dirname, 'migrations'),
  settings: z.object({
    /** Where diners reach the product; the stickers' QR codes lead there. */
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .default('http://localhost:4000')
      .transform((url) => url.replace(/\/$/, '')),
  }),
  setup(host) {
    const clock = wallClock(host.clock);
    return { resolvers: resolvers(host, clock), internal: internal(clock) };
  },
});
