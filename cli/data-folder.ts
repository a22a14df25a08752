import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError } from '../kernel/settings.ts';

/** The folder of the databases, held by one process at a time. */
export interface DataFolder {
  readonly path: string;
  /** Removes every database in it. */
  clear(): void;
  release(): void;
}

const LOCK = 'lock.sqlite';

/**
 * Takes the data folder, made when it is missing. The hold is a lock of SQLite's on a file in it, which the system lets
 * go when the process ends, however it ends. Throws a ConfigurationError when it cannot be written or is held.
 */
export function takeDataFolder(dataDir: string): DataFolder {
  const path = resolve(dataDir);
  const lock = openLock(path);
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive; create table if not exists held (at); commit;');
  } catch {
    lock.close();
    throw new ConfigurationError(`The data folder ${path} is in use by another DineGraph; stop it, or set DATA_DIR.`);
  }
  return {
    path,
    clear() {
      for (const file of readdirSync(path)) {
        if (/\.(sqlite|json)(-wal|-shm)?$/.test(file) && !file.startsWith(LOCK)) rmSync(join(path, file));
      }
    },
    release: () => lock.close(),
  };
}

function openLock(path: string): DatabaseSync {
  try {
    makeFolder(path);
    return new DatabaseSync(join(path, LOCK));
  } catch (error) {
    throw new ConfigurationError(`The data folder ${path} cannot be written: ${(error as Error).message}`);
  }
}

/** Step by step, because a recursive mkdir never ends below some system folders. Private: the signing key lies in it. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
