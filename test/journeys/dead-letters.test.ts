import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { OutboxDelivery, OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { createLog } from '../../kernel/log.ts';
import { run } from '../process.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-dead-letters-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EVENT = '01a20000-0000-7000-8000-000000000001';

/** Opens the outbox of orders, as the product left it. */
function openOrders() {
  const { name, entities = [], migrations } = modules.find((module) => module.name === 'orders')!;
  const storage = { kind: 'sqlite', folder } as const;
  return openDatabase({ name, storage, entities, migrations, log: createLog('silent') });
}

/** What the command prints, and how it ends. */
async function deadLetters(...args: string[]) {
  await using command = run('dead-letters', args, { DATA_DIR: folder });
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

test('what it does not understand is one line, and changes nothing', async () => {
  for (const args of [['--bogus'], ['--replay'], ['--replay', 'all', 'more']])
    expect(await deadLetters(...args)).toEqual({
      code: 2,
      output: expect.stringMatching(/^.+; usage: npm run dead-letters -- \[--replay EVENT_ID\|all\]\n$/),
    });
});
