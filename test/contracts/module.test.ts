import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { defineEntity, p } from '@mikro-orm/core';
import { type Context, defineModule } from '../../kernel/module.ts';
import { startApp } from '../app.ts';

const Note = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: { id: p.string().primary(), version: p.integer() },
});

declare module '../../kernel/events.ts' {
  interface Events {
    'note.written': { id: string };
  }
}

function migrations(sql: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-migrations-'));
  mkdirSync(join(folder, 'sqlite'));
  writeFileSync(join(folder, 'sqlite/0001-initial.sql'), sql);
  return folder;
}

const noteTable = migrations('create table note (id text not null primary key, version integer not null);');

const writer = defineModule({
  name: 'writer',
  schema: `
    type Query { note(id: ID!): Note }
    type Mutation { write(key: String!, id: ID!): Note! }
    type Subscription { noteChanged(id: ID!): Note! }
    type Note @key(fields: "id") { id: ID! version: Int! }
  `,
  entities: [Note],
  migrations: noteTable,
  setup: (host) => ({
    resolvers: {
      Query: { note: (_: unknown, { id }: { id: string }, ctx: Context) => ctx.em.findOne(Note, id) },
      Mutation: {
        async write(_: unknown, { id, key }: { id: string; key: string }, ctx: Context) {
          await host.transact(ctx, (tx) =>
            host.once(tx, { mutation: 'write', key, input: id }, async () => {
              const known = await tx.em.findOne(Note, id);
              const version = (known?.version ?? 0) + 1;
              await tx.em.upsert(Note, { id, version });
              await host.emit(tx, 'note.written', { aggregate: id, version }, { id });
              host.publish(tx, `note:${id}`, version);
              return id;
            }),
          );
          return ctx.em.findOneOrFail(Note, id);
        },
      },
      Subscription: {
        noteChanged: { resolve: (_: unknown, { id }: { id: string }, ctx: Context) => ctx.em.findOneOrFail(Note, id) },
      },
    },
    live: {
      noteChanged: async ({ id }, ctx) => [
        { topic: `note:${id}`, version: (await ctx.em.findOneOrFail(Note, id)).version },
      ],
    },
  }),
});

const reader = defineModule({
  name: 'reader',
  schema: `type Query { reads: Int! } type Note @key(fields: "id") { id: ID! reads: Int! }`,
  entities: [Note],
  migrations: noteTable,
  setup: () => ({
    resolvers: {
      Query: { reads: (_: unknown, _args: unknown, ctx: Context) => ctx.em.count(Note) },
      Note: {
        reads: async ({ id }: { id: string }, _: unknown, ctx: Context) =>
          (await ctx.em.findOne(Note, id))?.version ?? 0,
      },
    },
    on: {
      'note.written': async (tx, { payload, version }) => {
        await tx.em.upsert(Note, { id: payload.id, version });
      },
    },
  }),
});

test('a module writes, a sister hears of it, and a subscriber sees it with both their fields', async () => {
  await using app = await startApp({ modules: [writer, reader] });
  const write = 'mutation ($key: String!) { write(key: $key, id: "a") { id version } }';
  const twenty = await Promise.all(Array.from({ length: 20 }, () => app.ask(write, { key: 'k1' })));
  expect(twenty.map(({ write: { version } }) => version)).toEqual(Array(20).fill(1));
  await app.product.running.settled();
  expect(await app.ask('{ note(id: "a") { version reads } }')).toEqual({ note: { version: 1, reads: 1 } });

  const frames = app.sockets().iterate({ query: 'subscription { noteChanged(id: "a") { version reads } }' });
  expect((await frames.next()).value).toEqual({ data: { noteChanged: { version: 1, reads: 1 } } });
  await app.ask(write, { key: 'k2' });
  expect((await frames.next()).value).toMatchObject({ data: { noteChanged: { version: 2 } } });
  await frames.return?.();
});
