import { expect, test } from '@jest/globals';
import { startApp } from '../app.ts';
import { reader, WRITE, writer } from './notes.ts';

test('a write repeated twenty times at once has one effect, and a sister hears of it once', async () => {
  await using app = await startApp({ modules: [writer, reader] });
  const twenty = await Promise.all(Array.from({ length: 20 }, () => app.ask(WRITE, { key: 'k', id: 'a' })));
  expect(twenty.map(({ write: { version } }) => version)).toEqual(Array(20).fill(1));
  await app.product.running.settled();
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
