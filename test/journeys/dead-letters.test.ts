import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadPlugin } from '../../cli/load-plugin.ts';
import { modules } from '../../cli/modules.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { OutboxDelivery, OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { run } from '../process.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-dead-letters-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EVENT = '01a20000-0000-7000-8000-000000000001';

/** Opens the outbox of a module, as the product left it. */
function outboxOf({ name, entities = [], migrations }: Module) {
  const storage = { kind: 'sqlite', folder } as const;
  return openDatabase({ name, storage, entities, migrations, log: createLog('silent') });
}
const openOrders = () => outboxOf(modules.find(({ name }) => name === 'orders')!);

const deadLetters = (...args: string[]) => deadLettersIn({}, ...args);

/** What the command prints, and how it ends. */
async function deadLettersIn(environment: NodeJS.ProcessEnv, ...args: string[]) {
  await using command = run('dead-letters', args, { DATA_DIR: folder, ...environment });
  const code = await command.ended();
  return { code, output: command.output() };
}

test('who runs the product sees which events were given up, and gives them a new chance', async () => {
  expect(await deadLetters()).toEqual({ code: 1, output: expect.stringContaining('There are no databases in') });
  const database = await openOrders();
  expect(await deadLetters()).toEqual({ code: 0, output: 'No event was given up.\n' });
  const subject = { aggregate: 'order 7', version: 3 };
  const at = Date.parse('2026-03-01T12:00:00Z');
  await database.em().insert(OutboxEvent, { id: EVENT, name: 'order.paid', ...subject, at, payload: {} });
  const delivery = {
    eventId: EVENT,
    consumer: 'members',
    ...subject,
    attempts: 12,
    nextAt: at,
    error: 'no such diner',
  };
  const later = { ...delivery, eventId: `${EVENT}2`, version: 4, attempts: 0, state: 'PENDING' };
  await database.em().insertMany(OutboxDelivery, [{ ...delivery, state: 'DEAD' }, later]);

  const { output } = await deadLetters();
  for (const part of [
    `${EVENT}  order.paid of order 7, version 3, from orders to members`,
    'given up 2026-03-01T12:00:00.000Z after 12 attempts: no such diner',
    '1 later event waits for it',
  ])
    expect(output).toContain(part);
  expect((await deadLetters('--replay', 'another')).output).toContain('0 deliveries have a new chance.');
  expect((await deadLetters('--replay', EVENT)).output).toContain('1 delivery has a new chance.');
  const found = await database.em().findOneOrFail(OutboxDelivery, { eventId: EVENT });
  expect(found).toMatchObject({ state: 'PENDING', attempts: 0 });
  await database.close();
});

test('what a plug-in from outside has told is among them, where the plug-in is named as at the start', async () => {
  const file = join(import.meta.dirname, '../strangers/well-made.ts');
  const database = await outboxOf(await loadPlugin(file));
  const event = { aggregate: 'box 42', version: 1 };
  const at = Date.parse('2026-03-02T12:00:00Z');
  await database.em().insert(OutboxEvent, { id: `${EVENT}3`, name: 'box.opened', ...event, at, payload: {} });
  const delivery = { eventId: `${EVENT}3`, consumer: 'members', ...event, attempts: 12, nextAt: at, error: 'no box' };
  await database.em().insert(OutboxDelivery, { ...delivery, state: 'DEAD' });

  expect((await deadLetters()).output).toBe('No event was given up.\n');
  const found = `${EVENT}3  box.opened of box 42, version 1, from well-made to members`;
  expect((await deadLetters('--plugin', file)).output).toContain(found);
  const both = await deadLettersIn({ PLUGINS: file }, '--plugin', './nowhere');
  expect(both).toEqual({ code: 0, output: expect.stringContaining(found) });
  expect(both.output).toContain('The plug-in ./nowhere is left out: there is no such file or folder.\n');
  expect((await deadLetters('--plugin', file, '--replay', 'all')).output).toContain('1 delivery has a new chance.');
  await database.close();
});

test('what it does not understand is one line, and changes nothing', async () => {
  for (const args of [['--bogus'], ['--replay'], ['--replay', 'all', 'more']])
    expect(await deadLetters(...args)).toEqual({
      code: 2,
      output: expect.stringMatching(
        /^.+; usage: npm run dead-letters -- \[--replay EVENT_ID\|all\] \[--plugin PATH \.\.\.\]\n$/,
      ),
    });
});
