import { defineEntity, p } from '@mikro-orm/core';
import { defineModule } from '../../kernel/module.ts';
import { migrationsOf } from './notes.ts';

declare module '../../kernel/events/events.ts' {
  interface Events {
    'news.told': { text: string };
  }
}

/** Emits events, several in one transaction; `fail` undoes them. */
export const teller = defineModule({
  name: 'teller',
  emits: ['news.told'],
  internal: `
    type Query { silent: Boolean! }
    type Mutation { tell(news: [News!]!, fail: Boolean! = false): Boolean! }
    input News { aggregate: ID! version: Int! text: String! = "" }
  `,
  setup: (host) => ({
    internal: {
      Mutation: {
        async tell(_: unknown, { news, fail }: { news: (News & { text: string })[]; fail: boolean }) {
          await host.transact(host.context(), async (tx) => {
            for (const { aggregate, version, text } of news)
              await host.emit(tx, 'news.told', { aggregate, version }, { text });
            if (fail) throw new Error('undone');
          });
          return true;
        },
      },
    },
  }),
});

/** A piece of news that is told. */
export interface News {
  aggregate: string;
  version: number;
  text?: string;
}

/** What a listener has heard, in the order it did. */
export const Heard = defineEntity({
  name: 'Heard',
  tableName: 'heard',
  properties: {
    seq: p.integer().primary().autoincrement(),
    aggregate: p.string(),
    version: p.integer(),
    text: p.string(),
  },
});

const heardTable = migrationsOf(
  'create table heard (seq integer primary key autoincrement, aggregate text not null, version integer not null, text text not null);',
  'create table heard (seq integer primary key auto_increment, aggregate varchar(100) not null, version integer not null, text longtext not null);',
);

/** A consumer that writes down what it hears, and then trips where it is told to: nothing of that may stay. */
export const listener = (name: string, trips: (news: News) => boolean) =>
  defineModule({
    name,
    entities: [Heard],
    migrations: heardTable,
    consumes: ['news.told'],
    setup: () => ({
      on: {
        'news.told': async (tx, { aggregate, version, payload }) => {
          await tx.em.insert(Heard, { aggregate, version, text: payload.text });
          if (trips({ aggregate, version })) throw new Error('tripped');
        },
      },
    }),
  });
