import { setTimeout as pause } from 'node:timers/promises';
import { defineEntity, p } from '@mikro-orm/core';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Storage } from '../../kernel/database/database.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import { CodedError } from '../../kernel/errors.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { type Context, defineModule } from '../../kernel/module.ts';
import { schemaFolder } from '../schema-folder.ts';

/** A drink that is sold by the glass. */
export const Drink = defineEntity({
  name: 'Drink',
  tableName: 'drink',
  properties: {
    id: p.string().length(40).primary(),
    left: p.integer(),
    price: p.bigint('number').nullable(),
    note: p.text().nullable(),
    details: p.json<object>().nullable(),
  },
});

const { path: migrations } = schemaFolder(
  'create table `drink` (`id` varchar(40) not null primary key, `left` int not null, `price` bigint null, `note` text null, `details` json null);',
);

/** How many runs of the job `count` there were, and how many at most were under way at once. */
export const counted = { runs: 0, now: 0, most: 0 };

/** Sells drinks: a module as plain as can be. */
export const bar = defineModule({
  name: 'bar',
  schema: `
    type Query { left(id: ID!): Int }
    type Mutation {
      sell(id: ID!, key: String!): Boolean!
      offer(id: ID!): Boolean!
    }
  `,
  entities: [Drink],
  migrations,
  setup: (host) => ({
    resolvers: {
      Query: { left: async (_: unknown, { id }: Drink, ctx: Context) => (await ctx.em.findOne(Drink, id))?.left },
      Mutation: {
        offer: (_: unknown, { id }: Drink, ctx: Context) =>
          host.transact(ctx, (tx) => insertNew(tx, Drink, { id, left: 0 })),
        async sell(_: unknown, { id, key }: Drink & { key: string }, ctx: Context) {
          await host.transact(ctx, (tx) =>
            host.once(tx, { mutation: 'sell', key, input: id }, async () => {
              const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
                'update drink set `left` = `left` - 1 where id = ? and `left` >= 1',
                [id],
                'run',
              );
              if (affectedRows === 0) throw new CodedError('SOLD_OUT', 'None is left.');
              return id;
            }),
          );
          return true;
        },
      },
    },
    jobs: {
      count: {
        every: 3_600_000,
        async run() {
          counted.now += 1;
          counted.most = Math.max(counted.most, counted.now);
          await pause(50);
          counted.now -= 1;
          counted.runs += 1;
        },
      },
    },
  }),
});

interface Drink {
  id: string;
}

/** A process that hosts the bar. */
export function openBar(storage: Storage): Promise<Running> {
  const clock = systemClock;
  const [live, cache, log] = [localChannel(), localCache(clock), createLog('silent')];
  return boot({ modules: [bar], storage, environment: {}, clock, log, live, cache });
}
