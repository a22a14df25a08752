import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** How long a file that is being written to is waited for, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Copies the databases of a data folder into a new folder, all as they were at one moment, while the product runs. It
 * writes nothing for the instant in which that moment is held on to, and goes on while the copies are made. Answers the
 * names of the files. Throws when the target is there already, or a copy is not whole.
 */
export async function backupFolder(source: string, target: string): Promise<string[]> {
  const files = readdirSync(source).filter((file) => file.endsWith('.sqlite') && file !== 'lock.sqlite');
  if (files.length === 0) throw new Error(`there are no databases in ${source}`);
  if (existsSync(target)) throw new Error(`${target} is there already`);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  using databases = oneMoment(files.map((file) => join(source, file)));
  for (const [index, file] of files.entries()) {
    const copy = join(target, file);
    await backup(databases.opened[index]!, copy);
    assertWhole(copy);
  }
  return files;
}

/**
 * Opens databases so that each is read as it was at the same moment, until they are closed. An event that one has
 * confirmed is then in the other, and an order's money, stock and tickets belong together.
 */
function oneMoment(paths: readonly string[]): Disposable & { opened: DatabaseSync[] } {
  const open = (): DatabaseSync[] => paths.map((path) => new DatabaseSync(path, { timeout: PATIENCE }));
  const opened = open();
  const writers = open();
  try {
    // Nobody can write to any of them once the last is taken.
    for (const database of writers) database.exec('begin immediate');
    // What a transaction has read once stays as it was for it.
    for (const database of opened) database.exec('begin; select 1 from sqlite_schema limit 1');
  } finally {
    for (const database of writers) database.close();
  }
  return {
    opened,
    [Symbol.dispose]: () => {
      for (const database of opened) database.close();
    },
  };
}

function assertWhole(path: string): void {
  using database = new DatabaseSync(path);
  // One file, with nothing beside it.
  database.exec('pragma journal_mode = delete');
  const [row] = database.prepare('pragma integrity_check').all();
  if (row?.['integrity_check'] !== 'ok') throw new Error(`${path} is not whole: ${row?.['integrity_check']}`);
}

/** `bin/node deploy/backup-sqlite.ts DATA_DIR NEW_FOLDER` */
if (import.meta.main) {
  const [source, target] = process.argv.slice(2);
  if (!source || !target) {
    console.error('usage: bin/node deploy/backup-sqlite.ts DATA_DIR NEW_FOLDER');
    process.exit(1);
  }
  try {
    const files = await backupFolder(source, target);
    console.log(`${files.length} databases, all as of one moment, are in ${target}.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
