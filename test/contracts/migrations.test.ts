import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import blindBox from '../../docs/examples/blind-box/index.ts';
import { type Database, kernelMigrations, openDatabase } from '../../kernel/database/database.ts';
import { migrationFiles } from '../../kernel/database/migrations.ts';
import { missingSchema } from '../../kernel/database/missing-schema.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { schemaFolder } from '../schema-folder.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinegraph-schema-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Opens a module's SQLite database in the folder of this test. */
const open = ({
  name = 'cellar',
  entities = [],
  migrations,
}: Partial<Pick<Module, 'name' | 'entities' | 'migrations'>>) =>
  openDatabase({ name, storage: { kind: 'sqlite', folder }, entities, migrations, log: createLog('silent') });

/** Opens the cellar with these migrations, runs SQL on it, and closes it. */
async function cellar(migrations: string, ...statements: string[]): Promise<unknown[]> {
  const database = await open({ migrations });
  return run(database, statements).finally(() => database.close());
}

async function run(database: Database, statements: readonly string[]): Promise<unknown[]> {
  let rows: unknown[] = [];
  for (const statement of statements) rows = await database.em().execute(statement);
  return rows;
}

describe('the migrations', () => {
  const owners: Pick<Module, 'name' | 'migrations'>[] = [{ name: 'kernel', migrations: kernelMigrations }, ...modules];

  test.each(owners)('of $name are there for both kinds of database, under the same names', ({ migrations = '' }) => {
    expect(migrationFiles('mysql', migrations)).toEqual(migrationFiles('sqlite', migrations));
    expect(migrations === '' || existsSync(migrations)).toBe(true);
  });

  test.each([...modules, blindBox])('of $name make all that its entities have, on SQLite', async (module) => {
    const database = await open(module);
    expect(await missingSchema(database)).toBe('');
    await database.close();
  });
});

describe('a start', () => {
  test('goes on with the data folder of an earlier release', async () => {
    const { path, add } = schemaFolder('create table wine (name varchar(50) not null);');
    const file = new DatabaseSync(join(folder, 'cellar.sqlite'));
    // As the ORM's own migrator made it.
    file.exec(`
      create table \`mikro_orm_migrations\` (\`id\` integer not null primary key autoincrement, \`name\` text not null,
        \`executed_at\` datetime not null default current_timestamp);
      insert into mikro_orm_migrations (name) values ('cellar-0001-change');
      create table wine (name varchar(50) not null);
      insert into wine values ('Muscat');
    `);
    file.close();
    add('alter table wine add column year int null;\nupdate wine set year = 2020;');
    expect(await cellar(path, 'select * from wine')).toEqual([{ name: 'Muscat', year: 2020 }]);
  });

  test('minds no migration that only a newer release knows', async () => {
    const newer = schemaFolder('create table wine (name varchar(50));', 'alter table wine add column year int;');
    await cellar(newer.path);
    const older = schemaFolder('create table wine (name varchar(50));');
    expect(await cellar(older.path, "insert into wine (name) values ('Muscat')", 'select * from wine')).toHaveLength(1);
  });

  test('that fails half way through a migration leaves nothing of it behind', async () => {
    const { path } = schemaFolder('create table wine (name varchar(50));\ncreate table wine (name varchar(50));');
    await expect(cellar(path)).rejects.toThrow(/^The database .*cellar\.sqlite cannot be used: .*already exists/);
    const mended = schemaFolder('create table wine (name varchar(50));');
    expect(await cellar(mended.path, 'select * from wine')).toEqual([]);
  });
});

describe('what holds data is never dropped by a start', () => {
  const made = `create table wine (name varchar(50) not null, year int null);
    create table \`old wine\` (name varchar(50));`;

  test.each([
    ['drop table wine', 'wine'],
    ['DROP TABLE IF EXISTS "wine"', '"wine"'],
    ['-- A comment first.\ndrop table /* and one within */ wine', 'wine'],
    ['drop table `old wine`', '`old wine`'],
    ['alter table wine drop column year', 'wine.year'],
    ['alter table `wine` drop `year`', '`wine`.`year`'],
    ['alter table wine add colour decimal(3, 1), drop year', 'wine.year'],
    ['alter table main.wine drop column year', 'main.wine.year'],
    ['alter table "main" . `wine` drop `year`', '"main" . `wine`.`year`'],
    ['alter online ignore table if exists wine drop column if exists year', 'wine.year'],
    ['alter table wine wait 5 drop year', 'wine.year'],
    ['drop tables beer, main.wine', 'main.wine'],
    ['truncate main.wine', 'main.wine'],
    ['delete from wine', 'wine'],
    ['delete from wine where year < 2000', 'wine'],
    ['with old as (select 1) delete from wine', 'what it deletes'],
    ['truncate table wine', 'wine'],
    ['create or replace table wine (name int)', 'wine'],
    ['/*!50000 drop table wine */', 'what its executable comment is about'],
  ])('%s', async (statement, what) => {
    const { path, add } = schemaFolder(made);
    await cellar(path, "insert into wine values ('Port', 1963)", "insert into `old wine` values ('Sherry')");
    const name = add(`${statement};`);
    await expect(cellar(path)).rejects.toThrow(`the migration cellar-${name} is refused, because ${what} holds data: `);
  });

  test.each([
    'drop table wine',
    'drop table if exists beer',
    'alter table wine drop column year',
    'delete from wine where year < 1900',
    'alter table wine rename column year to vintage',
    'create index by_name on wine (name)',
    "update wine set name = 'drop table'",
  ])('but this loses nothing: %s', async (statement) => {
    const { path, add } = schemaFolder(made);
    if (!statement.startsWith('drop table wine')) await cellar(path, "insert into wine values ('Port', null)");
    add(`${statement};`);
    await expect(cellar(path)).resolves.toEqual([]);
  });

  test('a copy that takes the place of a table loses nothing either, when it is whole', async () => {
    const rebuild = (where: string) => `create table wine_new (name varchar(50) not null, year int not null default 0);
      insert into wine_new select name, coalesce(year, 0) from wine ${where};
      drop table wine;
      alter table wine_new rename to wine;`;
    const { path, add } = schemaFolder(made);
    await cellar(path, "insert into wine values ('Port', null)", "insert into wine values ('Muscat', 2020)");
    add(rebuild(''));
    expect(await cellar(path, 'select year from wine order by year')).toEqual([{ year: 0 }, { year: 2020 }]);
    add(rebuild('where year > 0'));
    await expect(cellar(path)).rejects.toThrow('because wine holds data');
  });
});
