import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadtestCommand } from '../../cli/loadtest.ts';
import { type Files, files, runHere } from '../command.ts';

let folder: Files;

beforeAll(() => {
  folder = files();
});

afterAll(() => folder[Symbol.dispose]());

test('without k6 it is one line that says how to install it', async () => {
  const { code, said, screen } = await runHere(loadtestCommand, '--smoke');
  expect([code, said]).toEqual([1, '']);
  expect(screen).toMatch(/^k6 is not on the PATH; install it by "go install go\.k6\.io\/k6@\S+", or .*--k6 PATH\n$/);
});

test.each([
  [['--shape', 'round'], '--shape is embedded or split'],
  [['--minutes', '0'], '--minutes is a whole number from 1 to 240'],
  [['--minutes', '1.5'], '--minutes is a whole number from 1 to 240'],
  [['--smoke', '--minutes', '3'], '--smoke is one minute; leave --minutes out'],
  [['--rate', 'fast'], '--rate is 0.1 to 1000 journeys a second'],
  [['--rate', '0'], '--rate is 0.1 to 1000 journeys a second'],
  [['lunch'], '"lunch" is not an option'],
  [['--rat', '3'], "Unknown option '--rat'"],
])('%j is one line', async (args, line) => {
  const { code, said, screen } = await runHere(loadtestCommand, ...args);
  expect([code, said, screen]).toEqual([1, '', `${line}; --help lists the options\n`]);
});

test('a k6 that is not there is one line', async () => {
  const { code, screen } = await runHere(loadtestCommand, '--k6', folder.path('nowhere'));
  expect([code, screen]).toEqual([1, `--k6: there is no program ${folder.path('nowhere')}\n`]);
});

/** A program in the place of k6 that says these lines and ends with this code. */
function instead(name: string, lines: readonly string[], code: number): string {
  const path = folder.put(name, ['#!/bin/sh', 'cat <<"END"', ...lines, 'END', `exit ${code}`, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

describe('what k6 hands over', () => {
  const placed = {
    kind: 'placed',
    orderId: 'an order that is not there',
    dinerId: 'a diner',
    total: 2_600,
    lines: [{ name: 'Beef noodles', spec: 'Small', quantity: 1, unitPrice: 2_600 }],
  };
  const summary = JSON.stringify({ kind: 'summary', requests: 8, failedRequests: 0, dropped: 0 });

  test('an acknowledged order that is not in the databases is a difference', async () => {
    const k6 = instead('forgetful', [JSON.stringify(placed), summary], 0);
    const { code, said } = await runHere(loadtestCommand, '--k6', k6);
    expect(said).toContain('order 1 (an order that is not there) is not stored');
    expect(code).toBe(1);
  });

  test('the smoke says which thresholds are crossed', async () => {
    const failing = JSON.stringify({ kind: 'summary', requests: 900, failedRequests: 1, dropped: 4 });
    const { code, said } = await runHere(loadtestCommand, '--smoke', '--k6', instead('slow', [failing], 0));
    expect(said).toContain('1 of 900 requests failed');
    expect(said).toContain('4 arrivals found no telephone free');
    expect(said).toContain('0 of 0 orders were completed');
    expect(said).toContain('Checked from the databases');
    expect(code).toBe(1);
  });

  test('a k6 that breaks down is one line with its last words', async () => {
    const { code, screen } = await runHere(
      loadtestCommand,
      '--k6',
      instead('broken', ['could not read the plan'], 107),
    );
    expect([code, screen]).toEqual([1, expect.stringMatching(/^k6 .* ended with 107: could not read the plan\n$/)]);
  });
});
