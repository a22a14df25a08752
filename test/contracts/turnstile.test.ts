import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { turnstile } from '../../gateway/sockets/turnstile.ts';

test('of a crowd some go through in each turn, in their order; when it has gone by, nobody waits', async () => {
  const pass = turnstile(2);
  const through: string[] = [];
  const come = (name: string) => pass().then(() => through.push(name));
  const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map(come));
  await Promise.resolve();
  const seen = [through.join('')];
  for (let turn = 0; turn < 2; turn++) {
    await setImmediate();
    seen.push(through.join(''));
  }
  expect(seen).toEqual(['ab', 'abcd', 'abcde']);
  await all;
  await setImmediate();
  await setImmediate();
  const late = come('f');
  await Promise.resolve();
  await Promise.resolve();
  expect(through.at(-1)).toBe('f');
  await late;
});
