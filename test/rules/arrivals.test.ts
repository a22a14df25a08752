import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { countArrivals, journeysOf, readArrivals, stagesOf } from '../../cli/loadtest/arrivals.ts';

test('the busiest hours are added up minute by minute, and quiet ones left out', () => {
  const busy = Array.from({ length: 20 }, (_, day) => `2015-01-${String(day + 1).padStart(2, '0')}`);
  const moments = busy.flatMap((day) => [`${day}T12:00:10`, `${day}T12:00:50`, `${day}T12:59:59`]);
  const perMinute = countArrivals([...moments, '2015-01-01T13:30:00', '2015-01-01T13:31:00']);
  expect(perMinute).toHaveLength(60);
  expect([perMinute[0], perMinute[59]]).toEqual([40, 20]);
  expect(perMinute.slice(1, 59).every((orders) => orders === 0)).toBe(true);
});

test('an hour is squeezed into the minutes, and its peak is the rate', () => {
  const arrivals = { source: 'a test', perMinute: [10, 20, 5, ...Array.from({ length: 57 }, () => 10)] };
  const { start, stages } = stagesOf(arrivals, 3, 4);
  expect(start).toBe(120);
  expect(stages.slice(0, 3)).toEqual([
    { target: 120, duration: '3s' },
    { target: 240, duration: '3s' },
    { target: 60, duration: '3s' },
  ]);
  expect(stages).toHaveLength(60);
});

test('it is known beforehand how many journeys there will be', () => {
  const steady = { source: 'a test', perMinute: Array.from({ length: 60 }, () => 7) };
  expect(journeysOf(stagesOf(steady, 5, 2), 5)).toBe(600);
});

const sales = join(import.meta.dirname, '../../../shared/data/pizzaplace.csv');

test('the committed table has 60 minutes, and a source', () => {
  const { perMinute, source } = readArrivals();
  expect(perMinute).toHaveLength(60);
  expect(perMinute.every((orders) => Number.isInteger(orders) && orders > 0)).toBe(true);
  expect(source).toContain('pizzaplace.csv');
});

// The file lies beside the project, or not at all.
(existsSync(sales) ? test : test.skip)('the committed table is what the file says', () => {
  const rows = readFileSync(sales, 'utf8').split('\n').slice(1).filter(Boolean);
  const orders = new Map(
    rows.map((row) => {
      const [id = '', date, time] = row.split(',').map((cell) => cell.replaceAll('"', ''));
      return [id, `${date}T${time}`] as const;
    }),
  );
  expect(readArrivals().perMinute).toEqual(countArrivals([...orders.values()]));
});
