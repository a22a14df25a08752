import { kernelMigrations } from '../kernel/database/database.ts';
import { ConfigurationError } from '../kernel/settings.ts';
import { type MigrationOwner, TITLE, writeMigration } from './migration/next.ts';
import { modules } from './modules.ts';

/**
 * `npm run migration -- MODULE TITLE` writes the next migration of a module, for SQLite and for MySQL: what its entities
 * have that its migrations do not make yet. `kernel` stands for the kernel's own tables. DATABASE_URL names a server of
 * MySQL or MariaDB, on which a database is made and dropped again. Read what it wrote: a file may be changed until it is
 * released, and what is released gets another.
 */
const [name = '', title = 'change', ...rest] = process.argv.slice(2);
try {
  const owner = ownerOf(name);
  if (!owner || rest.length > 0 || !TITLE.test(title))
    fail(`usage: npm run migration -- ${['kernel', ...modules.map((one) => one.name)].join('|')} TITLE`);
  const files = await writeMigration(owner, title, process.env['DATABASE_URL']);
  for (const file of files) console.log(file);
  if (files.length === 0) console.log(`${name}: the migrations make all that the entities need`);
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  fail(error.message);
}

function ownerOf(name: string): MigrationOwner | undefined {
  if (name === 'kernel') return { name, migrations: kernelMigrations };
  const module = modules.find((one) => one.name === name);
  if (module && !module.migrations) fail(`${name} does not say where its migrations are`);
  return module?.migrations === undefined ? undefined : { ...module, migrations: module.migrations };
}

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}
