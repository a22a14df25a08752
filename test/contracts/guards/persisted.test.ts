import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { App } from '../../app.ts';
import type { Answer } from '../../clients.ts';
import { startShelf, ways } from './shelf.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-operations-'));
afterAll(() => rmSync(folder, { recursive: true }));
const READ = 'query Read($id: ID!) { dish(id: $id) { name } }';
const OTHER = '{ all { id } }';
const READY = { data: { dish: { name: 'dish 7' } } };
const variables = { id: '7' };
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const persistedQuery = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } } });

function manifest(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

async function post(app: App, body: object): Promise<Answer> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

async function overSocket(app: App, payload: object): Promise<Answer> {
  return new Promise((resolve) =>
    app.sockets().subscribe({ query: '', ...payload } as never, {
      next: (value) => resolve(value as Answer),
      error: (errors) => resolve({ data: undefined, errors: errors as never }),
      complete: () => undefined,
    }),
  );
}

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;

test('a text is sent once, and then only its hash', async () => {
  await using app = await startShelf();
  const hashed = { variables, ...persistedQuery(READ) };
  const first = await post(app, hashed);
  // Just as clients of Apollo expect it.
  expect([first.errors?.[0]?.message, codeOf(first)]).toEqual(['PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND']);
  expect(await post(app, { query: READ, ...hashed })).toEqual(READY);
  for (let time = 0; time < 2; time += 1) expect(await post(app, hashed)).toEqual(READY);
  expect(await overSocket(app, hashed)).toEqual(READY);
  const search = new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(hashed.extensions),
  });
  const headers = { 'apollo-require-preflight': '1' };
  expect(await (await fetch(`${app.url}/graphql?${search}`, { headers })).json()).toEqual(READY);
});

test('nobody has another text kept under a hash, nor one that guards or the graph refuse', async () => {
  await using app = await startShelf();
  const stolen = { query: OTHER, variables, ...persistedQuery(READ) };
  expect(codeOf(await post(app, stolen))).toBe('PERSISTED_QUERY_HASH_MISMATCH');
  expect(codeOf(await post(app, persistedQuery(READ)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  for (const query of ['{ nothing }', '{ dishes(first: 1000) { total } }']) {
    expect((await post(app, { query, ...persistedQuery(query) })).errors).toHaveLength(1);
    expect(codeOf(await post(app, persistedQuery(query)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  }
});

test('without automatic persisted operations a client is told to send texts', async () => {
  await using app = await startShelf({ AUTOMATIC_PERSISTED: 'false' });
  expect(codeOf(await post(app, persistedQuery(READ)))).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  expect(await post(app, { query: READ, variables })).toEqual(READY);
});

test('a manifest’s operations are found by their ids, and others are still answered', async () => {
  const file = manifest('apollo.json', {
    format: 'apollo-persisted-query-manifest',
    operations: [{ id: 'read', body: READ }],
  });
  await using app = await startShelf({ PERSISTED_OPERATIONS: file });
  expect(await post(app, { documentId: 'read', variables })).toEqual(READY);
  expect(codeOf(await post(app, { documentId: 'raed', variables }))).toBe('OPERATION_UNKNOWN');
  expect((await post(app, { query: OTHER })).data.all).toHaveLength(5);
});

test('a strict gateway answers nothing but its manifest, whichever way it comes', async () => {
  const file = manifest('plain.json', { [hashOf(READ)]: READ });
  await using app = await startShelf({ PERSISTED_OPERATIONS: file, PERSISTED_ONLY: 'true' });
  for (const way of Object.values(ways)) {
    expect(codeOf(await way(app, OTHER))).toBe('PERSISTED_ONLY');
    expect(codeOf(await way(app, '{ __schema { types { name } } }'))).toBe('PERSISTED_ONLY');
    expect(await way(app, READ, variables)).toEqual(READY);
  }
  expect(codeOf(await post(app, { query: OTHER, ...persistedQuery(OTHER) }))).toBe('OPERATION_UNKNOWN');
  expect(codeOf(await post(app, { query: OTHER, documentId: hashOf(READ), variables }))).toBeUndefined();
  expect(await post(app, { variables, ...persistedQuery(READ) })).toEqual(READY);
  expect(await overSocket(app, { variables, ...persistedQuery(READ) })).toEqual(READY);
});

test.each([
  ['is not there', join(folder, 'none.json'), /^PERSISTED_OPERATIONS="[^\n]+ cannot be read: ENOENT[^\n]+$/],
  ['holds none', manifest('none', {}), /holds no operations: expected [^\n]+$/],
  ['holds something else', manifest('else', { operations: [{ id: 1 }] }), /holds no operations: expected [^\n]+$/],
])('a manifest that %s is one line at the start', async (_, file, line) => {
  await expect(startShelf({ PERSISTED_OPERATIONS: file })).rejects.toThrow(line);
});
