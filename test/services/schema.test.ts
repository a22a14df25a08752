import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { modules } from '../../cli/modules.ts';
import blindBox from '../../docs/examples/blind-box/index.ts';
import { type Database, openDatabase } from '../../kernel/database/database.ts';
import { missingSchema } from '../../kernel/database/missing-schema.ts';
import { newId } from '../../kernel/ids.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { schemaFolder } from '../schema-folder.ts';
import { describeOnServers } from '../servers/suite.ts';

describeOnServers('the databases of a MySQL server', () => {
  let namespace: string;
  let server: Connection;

  beforeEach(async () => {
    namespace = `schema_${newId().replaceAll('-', '')}`;
    server = await createConnection(process.env['DATABASE_URL']!);
  });

  afterEach(async () => {
    for (const { name } of await ask('select schema_name as name from information_schema.schemata'))
      if (name.startsWith(namespace)) await server.query(`drop database \`${name}\``);
    await server.end();
  });

  async function ask(sql: string): Promise<RowDataPacket[]> {
    return (await server.query<RowDataPacket[]>(sql))[0];
  }

  const open = ({ name = 'cellar', entities = [], migrations }: Partial<Module>): Promise<Database> => {
    const storage = { kind: 'mysql', url: process.env['DATABASE_URL']!, namespace } as const;
    return openDatabase({ name, storage, entities, migrations, log: createLog('silent') });
  };

  /** Opens the cellar with these migrations, runs SQL on it, and closes it. */
  async function cellar(migrations: string, ...statements: string[]): Promise<unknown[]> {
    await using open = await opened({ migrations });
    let rows: unknown[] = [];
    for (const statement of statements) rows = await open.database.em().execute(statement);
    return rows;
  }

  async function opened(module: Partial<Module>) {
    const database = await open(module);
    return { database, [Symbol.asyncDispose]: () => database.close() };
  }

  test.each([...modules, blindBox])('$name: its migrations make all that its entities have', async (module) => {
    await using open = await opened(module);
    expect(await missingSchema(open.database)).toBe('');
  });

  test('bear the namespace and the module, and the order and equality of SQLite', async () => {
    await using _ = await opened({ name: 'wine-cellar' });
    const like = `${namespace}%`;
    const found = await ask(
      `select schema_name as name, default_collation_name as collation from information_schema.schemata
       where schema_name like '${like}'`,
    );
    expect(found).toEqual([
      { name: `${namespace}_wine_cellar`, collation: expect.stringMatching(/^utf8mb4_(nopad|0900)_bin$/) },
    ]);
  });

  test('are made once, however many processes start at the same moment', async () => {
    const { path } = schemaFolder(
      "create table wine (name varchar(50) not null);\ninsert into wine values ('Muscat');",
      'alter table wine add column year int null;\nupdate wine set year = 2020;',
    );
    const starts = await Promise.all(Array.from({ length: 10 }, () => open({ migrations: path })));
    const rows = await Promise.all(starts.map((database) => database.em().execute('select * from wine')));
    expect(rows).toEqual(Array(10).fill([{ name: 'Muscat', year: 2020 }]));
    await Promise.all(starts.map((database) => database.close()));
  });

  describe('a start that was cut off over a migration', () => {
    const steps = [
      'create table wine (name varchar(50) not null)',
      "insert into wine values ('Muscat')",
      'alter table wine add column year int null',
      'create index wine_by_year on wine (year)',
      'update wine set year = coalesce(year, 2019) + 1',
      'create table beer (name varchar(50))',
    ];
    const { path } = schemaFolder(`${steps.join(';\n')};`);

    test.each(steps.keys().toArray())('after its statement %i is gone on with', async (last) => {
      // What was done, and what was noted of it when the process was killed: the statement's end was not.
      await using _ = await opened({});
      const database = `\`${namespace}_cellar\``;
      for (const [index, statement] of steps.slice(0, last + 1).entries()) {
        const changesRows = /^(insert|update)/.test(statement);
        // What changes rows commits together with the note of it, so it was not done.
        if (index < last || !changesRows) await server.query(`use ${database}`).then(() => server.query(statement));
        if (index < last || !changesRows)
          await server.query(
            `insert into migration_step values ('cellar-0001-change', ${index + 1}, '${index < last ? 'DONE' : 'BEGUN'}')`,
          );
      }
      expect(await cellar(path, 'select * from wine join (select count(*) as beers from beer) b')).toEqual([
        { name: 'Muscat', year: 2020, beers: 0 },
      ]);
    });

    test('by the loss of its connection in the middle of a statement is gone on with', async () => {
      await server.query(`create database \`${namespace}_gate\``);
      await server.query(`create table \`${namespace}_gate\`.gate as select 60 as seconds`);
      const { path } = schemaFolder(
        `create table wine (name varchar(50));
         do sleep((select seconds from \`${namespace}_gate\`.gate));
         create table beer (name varchar(50));`,
      );
      const cut = cellar(path).catch((error: Error) => error.message);
      const sleeper = async () =>
        (
          await ask(`select id from information_schema.processlist where info like 'do sleep((select%${namespace}%'`)
        )[0];
      let found = await sleeper();
      while (!found) found = await sleeper();
      await server.query(`kill connection ${found['id']}`);
      expect(await cut).toMatch(/^The database \S+_cellar at \S+ cannot be used: /);
      await server.query(`update \`${namespace}_gate\`.gate set seconds = 0`);
      expect(await cellar(path, 'show tables')).toHaveLength(7);
    });

    test('by a mistake in it is not taken for one that was cut off', async () => {
      const broken = schemaFolder('create table wine (name varchar(50));\ncreate table wine (name varchar(50));');
      for (const _ of ['first', 'second']) await expect(cellar(broken.path)).rejects.toThrow(/already exists/);
    });
  });

  test('lose nothing on the way from an earlier schema, and refuse what would', async () => {
    const { path, add } = schemaFolder('create table wine (name varchar(50) not null, year int null);');
    await cellar(path, "insert into wine values ('Port', 1963), ('Muscat', null)");
    add('alter table wine add column price bigint not null default 0;\ncreate index by_year on wine (year, name);');
    expect(await cellar(path, 'select * from wine order by year')).toEqual([
      { name: 'Muscat', year: null, price: 0 },
      { name: 'Port', year: 1963, price: 0 },
    ]);
    const name = add('alter table wine add column colour varchar(10) null, drop column `year`;');
    for (const _ of ['first', 'second'])
      await expect(cellar(path)).rejects.toThrow(
        `the migration cellar-${name} is refused, because wine.\`year\` holds data: alter table wine`,
      );
  });

  test('that somebody made with another collation are refused with what to do', async () => {
    await server.query(`create database \`${namespace}_cellar\` character set utf8mb4 collate utf8mb4_general_ci`);
    await expect(open({})).rejects.toThrow(
      /its collation is utf8mb4_general_ci; run: alter database `\w+` collate utf8mb4_\w+_bin$/,
    );
  });

  test.each([
    ['nowhere', /URL is not valid: expected mysql:\/\/user:password@host:port/],
    ['mysql://root@127.0.0.1:1/wine', /URL names a database, but each module has its own/],
    ['mysql://root@127.0.0.1:1?connectionLimit=1', /connectionLimit .* expected 2 or more/],
    ['mysql://root@127.0.0.1:1', /^The database \w+ at 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/],
  ])('are not opened at %s, which one line says', async (url, line) => {
    const storage = { kind: 'mysql', url, namespace } as const;
    await expect(openDatabase({ name: 'cellar', storage, entities: [], log: createLog('silent') })).rejects.toThrow(
      line,
    );
  });
});
