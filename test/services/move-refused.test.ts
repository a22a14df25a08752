import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { describeOnServers } from '../servers/suite.ts';
import { type Mover, startMover } from './mover.ts';

describeOnServers('a move from SQLite to MySQL is refused by one line, and nothing changes,', () => {
  let mover: Mover;

  beforeAll(async () => {
    mover = await startMover(async (counter, { guest }) => {
      const { id } = await counter.placed();
      expect(await counter.pay(guest, id)).toMatchObject({ state: 'PAID' });
    });
  });
  afterAll(() => mover.close());
  beforeEach(() => mover.begin());

  async function expectRefused(line: RegExp, more?: NodeJS.ProcessEnv, args?: readonly string[], exit = 1) {
    const { code, output } = await mover.move(more, args);
    expect(output).toMatch(line);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).not.toContain('secret');
    expect(code).toBe(exit);
  }

  test.each([
    ['has a name of 256 characters, where 255 is the most', 'menu', 'update category set name = ?', '茶'.repeat(256)],
    [
      'has a note of 65536 bytes, where 65535 is the most',
      'orders',
      'update order_line set note = ? where id = (select min(id) from order_line)',
      'x'.repeat(65_536),
    ],
    ['has a payload which is not JSON to the server', 'orders', 'update outbox_event set payload = ?', '{'],
    ['has a payload which is not JSON to the server', 'orders', 'update outbox_event set payload = ?', '"\\ud83c"'],
    [
      'has a version which is not a whole number of the size of int',
      'orders',
      'update customer_order set version = ?',
      2 ** 31,
    ],
    ['has a name which is not text in UTF-8', 'menu', "update category set name = cast(x'ff' as text) || ?", 'a'],
  ])('when a row %s', async (reason, module, sql, value) => {
    mover.put(module, sql, value);
    await expectRefused(
      new RegExp(`^${module}: the row of \\w+ with id \\S+ cannot be moved: it ${reason}. No data was written.\\n$`),
    );
    const tables = await mover.tables(module);
    expect(tables).not.toContain('unfinished_move');
    for (const name of tables.filter((name) => name !== 'migration_step'))
      expect(await mover.ask(`select * from ${mover.table(module, name)}`)).toEqual([]);
  });

  test('when a database holds data', async () => {
    const { ask, table, namespace } = mover;
    await ask(`create database \`${namespace}_orders\` collate utf8mb4_nopad_bin`);
    await ask(`create table ${table('orders', 'refund')} (id varchar(255) primary key)`);
    await ask(`insert into ${table('orders', 'refund')} values ('mine')`);
    await expectRefused(
      /^The database move_\w+_orders holds data already, in its table refund, and nothing was changed/,
    );
    expect(await mover.databases()).toEqual([`${namespace}_orders`]);
    expect(await mover.tables('orders')).toEqual(['refund']);
  });

  test('when the product is at work on the folder', async () => {
    await using product = mover.start({ DATABASE_URL: '' });
    await product.printed(/Graph/);
    await expectRefused(/^The data folder \S+ is in use by another DineGraph/);
    expect(await mover.databases()).toEqual([]);
  });

  test('when the folder holds the data of a module that is not there', async () => {
    mover.put('loyalty', 'create table card (id text primary key)');
    await expectRefused(/^The data folder \S+ holds loyalty\.sqlite, which is of no module/);
  });

  test.each([
    ['no server is named', { DATABASE_URL: '' }, /^DATABASE_URL is not set: expected /],
    ['the server is not there', { DATABASE_URL: 'mysql://root:secret@127.0.0.1:1' }, /connect ECONNREFUSED/],
    ['the password is wrong', { DATABASE_URL: 'mysql://cook:secret@HOST' }, /: Access denied for user 'cook'/],
    ['the address is wrong', { DATABASE_URL: 'mysql://root:secret@' }, /^DATABASE_URL is not valid: expected /],
    ['there is no folder', { DATA_DIR: join(tmpdir(), 'nowhere') }, /holds no data of a product; set DATA_DIR /],
  ])('when %s', async (_, given, line) => {
    const { host } = new URL(process.env['DATABASE_URL']!);
    await expectRefused(line, JSON.parse(JSON.stringify(given).replace('HOST', host)));
    expect(await mover.databases()).toEqual([]);
  });

  test('when the user may not make databases', async () => {
    const user = `'${mover.namespace}'@'%'`;
    const { host } = new URL(process.env['DATABASE_URL']!);
    await mover.ask(`create user ${user} identified by 'secret'`);
    await expectRefused(/^The database \S+ at \S+ cannot be used: Access denied for user /, {
      DATABASE_URL: `mysql://${mover.namespace}:secret@${host}`,
    });
    await mover.ask(`drop user ${user}`);
  });

  test.each([
    ['the other way round', ['--from', 'mysql', '--to', 'sqlite'], /^Only SQLite to MySQL: /],
    ['half said', ['--from', 'sqlite'], /^usage: npm run move -- --from sqlite --to mysql/],
    ['not said', [], /^usage: /],
  ])('when the direction is %s', (_, args, line) => expectRefused(line, {}, args));

  test('when an option is misspelt', () =>
    expectRefused(/^Unknown option '--form'; usage: /, {}, ['--form', 'sqlite', '--to', 'mysql'], 2));
});
