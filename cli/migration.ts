import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { kernelMigrations, openDatabase, type Storage } from '../kernel/database/database.ts';
import { kinds, migrationFiles } from '../kernel/database/migrations.ts';
import { missingSchema } from '../kernel/database/missing-schema.ts';
import { modules } from './modules.ts';

/**
 * `npm run migration -- MODULE TITLE` writes the next migration of a module, for SQLite and for MySQL: what its entities
 * have that its migrations do not make yet. `kernel` stands for the kernel's own tables. DATABASE_URL names a server of
 * MySQL or MariaDB, on which a database is made and dropped again. Read what it wrote: a file may be changed until it is
 * released, and what is released gets another.
 */
const [owner = '', title = 'change'] = process.argv.slice(2);
const module = modules.find(({ name }) => name === owner);
const url = process.env['DATABASE_URL'];
if (!module && owner !== 'kernel')
  fail(`usage: npm run migration -- ${['kernel', ...modules.map(({ name }) => name)].join('|')} TITLE`);
if (!url) fail('DATABASE_URL is not set: a migration is written for SQLite and for MySQL, which takes a server');

const migrations = module ? module.migrations : kernelMigrations;
if (!migrations) fail(`${owner} does not say where its migrations are`);
const folder = mkdtempSync(join(tmpdir(), 'dinegraph-'));
const number = Math.max(...kinds.map((kind) => migrationFiles(kind, migrations).length)) + 1;
const storages: Record<(typeof kinds)[number], Storage> = {
  sqlite: { kind: 'sqlite', folder },
  mysql: { kind: 'mysql', url, namespace: `migration_${randomBytes(4).toString('hex')}` },
};
const changes = await Promise.all(kinds.map(async (kind) => ({ kind, sql: await missing(storages[kind]) })));
rmSync(folder, { recursive: true });
if (changes.every(({ sql }) => sql === '')) {
  console.log(`${owner}: the migrations make all that the entities need`);
} else {
  for (const { kind, sql } of changes) {
    mkdirSync(join(migrations, kind), { recursive: true });
    const file = join(migrations, kind, `${String(number).padStart(4, '0')}-${title}.sql`);
    writeFileSync(file, `${sql || '-- Nothing changes on this kind of database.'}\n`);
    console.log(file);
  }
}

/** What an empty database lacks after the migrations, as SQL. */
async function missing(storage: Storage): Promise<string> {
  const database = await openDatabase({
    name: owner,
    storage,
    entities: module?.entities ?? [],
    migrations: module?.migrations,
    log: pino({ level: 'silent' }),
  });
  try {
    return await missingSchema(database);
  } finally {
    if (storage.kind === 'mysql') await database.orm.schema.dropDatabase();
    await database.close();
  }
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}
