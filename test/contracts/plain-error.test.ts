import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { DriverException } from '@mikro-orm/core';
import { buildSchema, GraphQLError, graphql } from 'graphql';
import { openDatabase } from '../../kernel/database/database.ts';
import { CodedError, kernelError } from '../../kernel/errors.ts';
import { OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { createLog } from '../../kernel/log.ts';
import { publicError } from '../../kernel/public-error.ts';
import { plainError } from '../../kernel/telemetry/plain-error.ts';
import { readableLog } from './tally.ts';

const PHONE = '13912345678';

test('a statement that fails is logged with its kind, its constraint and its place, and without what it was to write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-plain-'));
  const storage = { kind: 'sqlite', folder } as const;
  const database = await openDatabase({ name: 'notes', storage, entities: [], log: createLog('silent') });
  const row = { id: PHONE, name: 'x', aggregate: PHONE, version: 1, at: 0, payload: { phone: PHONE } };
  await database.em().insert(OutboxEvent, row);
  const failure: unknown = await database
    .em()
    .insert(OutboxEvent, row)
    .catch((error) => error);
  const missing: unknown = await database
    .em()
    .findOneOrFail(OutboxEvent, { name: PHONE })
    .catch((error) => error);
  await database.close();
  rmSync(folder, { recursive: true });

  const wrapped = new Error('the order was not stored', { cause: failure });
  expect((missing as Error).message).toContain(PHONE);
  for (const error of [failure, missing, wrapped]) expect(JSON.stringify(plainError(error))).not.toContain(PHONE);
  expect(plainError(wrapped)).toMatchObject({
    message: 'the order was not stored',
    cause: {
      type: 'UniqueConstraintViolationException',
      message: expect.stringContaining('outbox_event.id'),
      stack: expect.stringMatching(/^ {4}at /),
    },
  });
});

test('so is one of MySQL, which quotes the value beside the constraint', () => {
  const said = `insert into \`diner\` (\`phone\`) values ('${PHONE}') - Duplicate entry '${PHONE}' for key 'diner_phone_unique'`;
  const failure = new DriverException(Object.assign(new Error(said), { code: 'ER_DUP_ENTRY', sqlMessage: said }));
  expect(plainError(failure).message).toBe('DriverException ER_DUP_ENTRY diner_phone_unique');
  expect(JSON.stringify(plainError(failure))).not.toContain(PHONE);
});

test('what somebody wrote in lines that begin like places of a stack is not taken for such', () => {
  const note = `no onions\n    at ${PHONE} (x)\nat ${PHONE}`;
  const said = `insert into \`customer_order\` (\`note\`) values ('${note}') - Data too long for column 'note' at row 1`;
  const failure = new DriverException(Object.assign(new Error(said), { code: 'ER_DATA_TOO_LONG', sqlMessage: said }));
  for (const error of [failure, new Error(note)]) {
    expect(plainError(error).stack).toMatch(/^ {4}at .*plain-error.test.ts:\d+:\d+\)?\n/);
    expect(plainError(error).stack).not.toContain(PHONE);
  }
});

test('an input that GraphQL refuses, here or in a sister module, is not quoted either', () => {
  const said = `Variable "$phone" got invalid value "${PHONE}"`;
  expect(plainError(new CodedError('BAD_INPUT', said))).toMatchObject({ message: 'GraphQLError BAD_INPUT' });
  expect(plainError(new GraphQLError(said)).message).toBe('GraphQLError');
  expect(plainError(kernelError('FORBIDDEN')).message).toBe('You may not do this.');
});

test('an unexpected fault is logged with the field it happened at, and not with what its client calls that', async () => {
  const { log, lines } = readableLog();
  const schema = buildSchema('type Query { diner: Int }');
  const rootValue = { diner: () => Promise.reject(new Error('it is broken')) };
  const { errors } = await graphql({ schema, source: `{ lan${PHONE}: diner }`, rootValue });
  expect(publicError(errors?.[0], log)).toMatchObject({ path: [`lan${PHONE}`], extensions: { code: 'INTERNAL' } });
  expect(lines).toMatchObject([{ msg: 'an unexpected fault', field: 'diner' }]);
  expect(JSON.stringify(lines)).not.toContain(PHONE);
});
