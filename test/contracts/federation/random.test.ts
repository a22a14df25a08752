import { expect, test } from '@jest/globals';
import { compareAll } from './random/compare.ts';

test('500 operations made by chance have the answers of a single schema', async () => {
  expect(await compareAll({ seed: 1, operations: 500 })).toEqual([]);
});
