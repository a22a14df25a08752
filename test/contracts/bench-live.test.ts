import { expect, test } from '@jest/globals';
import { benchCommand } from '../../loadtest/live/bench.ts';

async function bench(...args: string[]) {
  const said: string[] = [];
  const shown: string[] = [];
  const screen = { write: (text: string) => shown.push(text) };
  const code = await benchCommand(args, { say: (line) => said.push(line), screen });
  return { code, said: said.join('\n'), shown: shown.join('') };
}

const FEW = '--runs 1 --watchers 20 --orders 10 --rates 50 --seconds 1 --screens 10 --stores 5 --kitchen-rate 20';

test('every watcher of a small gateway comes to see the newest state, and the figures are there', async () => {
  const { code, said } = await bench(...FEW.split(' '));
  expect(code).toBe(0);
  expect(said).toMatch(/medians of 1 run;/);
  expect(said).toMatch(/each with a subscription +\d+/);
  expect(said).toMatch(/50 changes a second +\d+\.\d +\d+\.\d +\d+\.\d +\d+\.\d/);
  expect(said).toMatch(/a screen, from its connecting to its first frame +\d+/);
});

test('and so does every watcher of the product itself', async () => {
  const { code, said } = await bench(...FEW.split(' '), '--graph', 'product', '--only', 'orders,screens');
  expect(code).toBe(0);
  expect(said).toMatch(/20 watch 10 orders/);
});

test.each([
  ['--runs 0', '--runs is a whole number from 1 to 20'],
  ['--rates 10,fast', '--rates is a whole number from 1 to 20000'],
  ['--people many', '--people is apart or shared'],
  ['--graph none', '--graph is near-free or product'],
  ['--graph product --people apart', '--people is for --graph near-free'],
  ['--only tills', '--only is memory, orders, screens; not "tills"'],
  ['--loud', "Unknown option '--loud'"],
])('%s is refused in one line', async (args, reason) => {
  const { code, shown } = await bench(...args.split(' '));
  expect([code, shown]).toEqual([1, `${reason}; --help lists the options\n`]);
});
