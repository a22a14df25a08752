import type { Connection } from 'mysql2/promise';
import type { Storage } from '../../kernel/database/database.ts';
import { withLock } from '../../kernel/database/mysql-locks.ts';
import { connectTo, databaseName, readServer } from '../../kernel/database/mysql-server.ts';
import { endMove, hasUnfinishedMove, noteMove } from '../../kernel/database/unfinished-move.ts';
import type { Module } from '../../kernel/module.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import { type Screen, showProgress } from '../import/progress.ts';
import { compareTable } from './compare.ts';
import { copyTable } from './copy.ts';
import { assertFits } from './limits.ts';
import { counted, mysqlRows, sqliteRows } from './rows.ts';
import { openSources, type Source } from './source.ts';
import { quoted } from './tables.ts';
import { assertVacant, emptyTables, makeTarget } from './target.ts';

export interface MoveOptions {
  modules: readonly Module[];
  /** Where the SQLite files lie; held by the caller. */
  folder: string;
  target: Extract<Storage, { kind: 'mysql' }>;
  /** Where progress is shown. */
  screen: Screen;
}

/** A table after the move: its rows, compared on both sides. */
export interface Moved {
  module: string;
  table: string;
  rows: number;
  /** What differs between the two sides, as a sentence. */
  difference: string | undefined;
}

/**
 * Moves everything, and compares it. From the first row on until all is the same, the target's databases bear a note by
 * which the product refuses them, and by which the next move knows that what they hold may be thrown away. Throws a
 * ConfigurationError when it cannot begin; then nothing that was there has changed.
 */
export async function moveData({ modules, folder, target, screen }: MoveOptions): Promise<Moved[]> {
  const server = readServer(target.url);
  const connection = await connectTo(server);
  let moved: Moved[] = [];
  try {
    const free = await withLock(server, `${target.namespace} move`, async () => {
      using sources = await openSources(folder, modules);
      const move = moveTo(connection, target, screen);
      await move.prepare(sources);
      for (const source of sources) await move.copy(source);
      for (const source of sources) moved = [...moved, ...(await move.compare(source))];
      if (moved.every(({ difference }) => !difference)) await endMove(connection, sources.map(move.nameOf));
    });
    if (!free) throw new ConfigurationError('Another move into these databases is under way.');
    return moved;
  } finally {
    connection.destroy();
  }
}

/** The steps of a move over one connection. */
function moveTo(connection: Connection, target: MoveOptions['target'], screen: Screen) {
  const nameOf = ({ module }: Source) => databaseName(target.namespace, module.name);

  /** Shows progress over all rows of a module; answers how many it were. */
  async function overRows(source: Source, doing: string, work: (count: (rows: number) => void) => Promise<void>) {
    const progress = showProgress(screen, `rows of ${source.module.name} ${doing}`, rowsOf(source));
    let done = 0;
    await work((rows) => {
      done += rows;
      progress.at(done);
    });
    progress.end();
    return done;
  }

  return {
    nameOf,

    /** Makes the databases, and the note in each; throws when one holds data, or a row would not fit. */
    async prepare(sources: readonly Source[]): Promise<void> {
      const left = new Set<Source>();
      for (const source of sources) {
        if (await hasUnfinishedMove(connection, nameOf(source))) left.add(source);
        else await assertVacant(connection, nameOf(source), source);
      }
      for (const source of left) await emptyTables(connection, nameOf(source));
      for (const { module } of sources) await makeTarget(target, module);
      await noteMove(connection, sources.map(nameOf));
      try {
        for (const source of sources) {
          // Again, now that nobody can begin to work on it any more.
          if (!left.has(source)) await assertVacant(connection, nameOf(source), source);
          await overRows(source, 'checked', (count) => assertFits(connection, nameOf(source), source, count));
        }
      } catch (error) {
        await endMove(connection, sources.filter((source) => !left.has(source)).map(nameOf));
        throw error;
      }
    },

    /** Copies a module's rows; those that its migrations have inserted give way. */
    async copy(source: Source): Promise<void> {
      await emptyTables(connection, nameOf(source));
      const rows = await overRows(source, 'copied', async (count) => {
        for (const table of source.tables) await copyTable(source.database, connection, nameOf(source), table, count);
      });
      screen.write(`${source.module.name}: ${rows} rows copied\n`);
    },

    /** Compares a module's tables, row by row. */
    async compare(source: Source): Promise<Moved[]> {
      const moved: Moved[] = [];
      await overRows(source, 'compared', async (count) => {
        for (const table of source.tables) {
          const there = mysqlRows(connection, nameOf(source), table);
          const here = counted(sqliteRows(source.database, table), count);
          const compared = await compareTable(table, here, there);
          moved.push({ module: source.module.name, table: table.name, ...compared });
        }
      });
      return moved;
    },
  };
}

function rowsOf({ database, tables }: Source): number {
  return tables.reduce((sum, { name }) => {
    const row = database.prepare(`select count(*) as n from ${quoted(name)}`).get();
    return sum + Number(row?.['n']);
  }, 0);
}
