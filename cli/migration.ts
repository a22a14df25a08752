import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase } from '../kernel/database/database.ts';
import { modules } from './modules.ts';

/**
 * `npm run migration -- MODULE TITLE` writes the next migration of a module: what its entities have that its migrations
 * do not make yet. `kernel` stands for the kernel's own tables.
 */
const [owner = '', title = 'change'] = process.argv.slice(2);
const module = modules.find(({ name }) => name === owner);
if (!module && owner !== 'kernel') {
  console.error(`usage: npm run migration -- ${['kernel', ...modules.map(({ name }) => name)].join('|')} TITLE`);
  process.exit(1);
}
const migrations = module?.migrations ?? join(import.meta.dirname, '../kernel/database/migrations');
const scratch = mkdtempSync(join(tmpdir(), 'dinegraph-'));
const database = await openDatabase({
  name: owner,
  storage: { kind: 'sqlite', folder: scratch },
  entities: module?.entities ?? [],
  migrations: module?.migrations,
  log: pino({ level: 'silent' }),
});
const sql = await database.orm.schema.getUpdateSchemaSQL({ wrap: false });
await database.close();
rmSync(scratch, { recursive: true });

if (!sql.trim()) {
  console.log(`${owner}: the migrations make all that the entities need`);
} else {
  const folder = join(migrations, 'sqlite');
  mkdirSync(folder, { recursive: true });
  const number = String(readdirSync(folder).length + 1).padStart(4, '0');
  const file = join(folder, `${number}-${title}.sql`);
  writeFileSync(file, `${sql.trim()}\n`);
  console.log(file);
}
