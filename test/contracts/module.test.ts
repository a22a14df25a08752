import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { type Context, defineModule } from '../../kernel/module.ts';
import { startApp } from '../app.ts';
import { reader, WRITE, writer } from './notes.ts';

test('a write repeated twenty times at once has one effect, and a sister hears of it once', async () => {
  await using app = await startApp({ modules: [writer, reader] });
  const twenty = await Promise.all(Array.from({ length: 20 }, () => app.ask(WRITE, { key: 'k', id: 'a' })));
  expect(twenty.map(({ write: { version } }) => version)).toEqual(Array(20).fill(1));
  await app.settled();
  expect(await app.ask('{ note(id: "a") { version reads } reads }')).toEqual({
    note: { version: 1, reads: 1 },
    reads: 1,
  });
});

test('the same key with other input is an error and changes nothing', async () => {
  await using app = await startApp({ modules: [writer, reader] });
  await app.ask(WRITE, { key: 'k', id: 'a' });
  const { errors } = await app.graph(WRITE, { key: 'k', id: 'b' });
  expect(errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect(await app.ask('{ note(id: "b") { version } }')).toEqual({ note: null });
});

test('waiting for others while a transaction is open is a fault that says so, and does not hang', async () => {
  const impatient = defineModule({
    name: 'impatient',
    schema: 'type Query { idle: Boolean } type Mutation { twice: Boolean ask: Boolean }',
    setup: (host) => ({
      resolvers: {
        Mutation: {
          twice: (_: unknown, _args: unknown, ctx: Context) =>
            host.transact(ctx, (tx) => host.transact(tx, async () => true)),
          ask: (_: unknown, _args: unknown, ctx: Context) =>
            host.transact(ctx, () => host.ask(ctx, 'writer', parse('{ idle }'), {})),
        },
      },
    }),
  });
  await using app = await startApp({ modules: [writer, reader, impatient] });
  for (const field of ['twice', 'ask']) {
    const { errors } = await app.graph(`mutation { ${field} }`);
    expect(errors?.[0]?.extensions.code).toBe('INTERNAL');
  }
  expect(await app.ask('{ idle }')).toEqual({ idle: null });
});

test('a module that cannot be set up leaves nothing open', async () => {
  const broken = defineModule({
    name: 'broken',
    setup() {
      throw new Error('no');
    },
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-broken-'));
  await expect(startApp({ modules: [writer, reader, broken], dataDir })).rejects.toThrow('no');
  await using app = await startApp({ modules: [writer, reader], dataDir });
  expect(await app.ask('{ note(id: "a") { id } }')).toEqual({ note: null });
});
