import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEntity, p } from '@mikro-orm/core';
import { CodedError } from '../../kernel/errors.ts';
import { type Context, defineModule } from '../../kernel/module.ts';

declare module '../../kernel/events/events.ts' {
  interface Events {
    'note.written': { id: string };
  }
}

const Note = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: { id: p.string().primary(), version: p.integer() },
});

/** A migrations folder of one file for each kind of database, for a module that lives in a test. */
export function migrationsOf(sqlite: string, mysql?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-migrations-'));
  for (const [kind, sql] of Object.entries({ sqlite, mysql })) {
    if (!sql) continue;
    mkdirSync(join(folder, kind));
    writeFileSync(join(folder, kind, '0001-initial.sql'), sql);
  }
  return folder;
}

const noteTable = migrationsOf('create table note (id text not null primary key, version integer not null);');
type ById = { id: string };

/** Writes notes, each again and again: a version is what changes. The note "secret" is nobody's to follow. */
export const writer = defineModule({
  name: 'writer',
  schema: `
    type Query { note(id: ID!): Note }
    type Mutation { write(key: String!, id: ID!): Note! }
    type Subscription { noteChanged(id: ID!): Note! }
    type Note @key(fields: "id") { id: ID! version: Int! }
  `,
  entities: [Note],
  migrations: noteTable,
  emits: ['note.written'],
  setup: (host) => ({
    resolvers: {
      Query: { note: (_: unknown, { id }: ById, ctx: Context) => ctx.em.findOne(Note, id) },
      Mutation: {
        async write(_: unknown, { id, key }: ById & { key: string }, ctx: Context) {
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
        noteChanged: { resolve: (_: unknown, { id }: ById, ctx: Context) => ctx.em.findOneOrFail(Note, id) },
      },
    },
    live: {
      async noteChanged({ id }: ById, ctx) {
        if (id === 'secret') throw new CodedError('NOTE_NOT_FOUND', 'No such note.');
        return [{ topic: `note:${id}`, version: (await ctx.em.findOne(Note, id))?.version ?? 0 }];
      },
    },
  }),
});

/** Hears of every note, and adds to it how often it was written as far as it knows. */
export const reader = defineModule({
  name: 'reader',
  schema: 'type Query { reads: Int! } type Note @key(fields: "id") { id: ID! reads: Int }',
  entities: [Note],
  migrations: noteTable,
  consumes: ['note.written'],
  setup: () => ({
    resolvers: {
      Query: { reads: (_: unknown, _args: unknown, ctx: Context) => ctx.em.count(Note) },
      Note: { reads: async ({ id }: ById, _: unknown, ctx: Context) => (await ctx.em.findOne(Note, id))?.version ?? 0 },
    },
    on: {
      'note.written': async (tx, { payload, version }) => {
        await tx.em.upsert(Note, { id: payload.id, version });
      },
    },
  }),
});

export const WRITE = 'mutation ($key: String!, $id: ID!) { write(key: $key, id: $id) { version } }';
