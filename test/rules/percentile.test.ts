import { expect, test } from '@jest/globals';
import { percentile } from '../../cli/replay/timings.ts';

test.each([
  [[], 50, 0],
  [[7], 99, 7],
  [[4, 1, 3, 2], 50, 2],
  [[4, 1, 3, 2], 99, 4],
  [Array.from({ length: 200 }, (_, index) => index + 1), 99, 198],
])('of %j the %ith percentile is %i', (values, per, value) => expect(percentile(values, per)).toBe(value));
