import { resolve } from 'node:path';
import { ConfigurationError, readSettings } from '../kernel/settings.ts';
import { commandLine } from './command-line.ts';
import { takeDataFolder } from './data-folder.ts';
import { modules } from './modules.ts';
import { describeMove } from './move/report.ts';
import { moveData } from './move/run.ts';
import { assertHolds } from './move/source.ts';
import { storageOf } from './servers.ts';
import { processSettings } from './settings.ts';

const USAGE = 'usage: npm run move -- --from sqlite --to mysql';
const HELP = `${USAGE}

Moves all data from DATA_DIR to the server of DATABASE_URL, whose databases must hold none, and compares both sides.
The product must be stopped. Exit code: 0 all is there; 1 it could not be moved, or the sides differ; 2 the command is
wrong.`;

/**
 * `npm run move -- --from sqlite --to mysql`: moves all data of the product from DATA_DIR to DATABASE_URL's server,
 * whose databases must hold none, and compares both sides. The product must be stopped. Answers the exit code.
 */
async function move(): Promise<number> {
  assertDirection();
  const settings = readSettings(processSettings, process.env);
  const folder = resolve(settings.dataDir);
  const target = storageOf(settings, folder);
  if (target.kind !== 'mysql')
    throw new ConfigurationError('DATABASE_URL is not set: expected an address like mysql://user:password@host:3306');
  assertHolds(folder, modules);
  const held = takeDataFolder(folder);
  try {
    const moved = await moveData({ modules, folder, target, screen: process.stderr });
    const differs = moved.some(({ difference }) => difference !== undefined);
    for (const line of describeMove(moved, { folder, target })) console.log(line);
    return differs ? 1 : 0;
  } finally {
    held.release();
  }
}

function assertDirection(): void {
  const text = { type: 'string' } as const;
  const { from, to } = commandLine({ help: HELP, options: { from: text, to: text } }).values;
  if (from === 'mysql' && to === 'sqlite')
    throw new ConfigurationError('Only SQLite to MySQL: other processes may be at work on a server while it is read.');
  if (from !== 'sqlite' || to !== 'mysql') throw new ConfigurationError(USAGE);
}

/** What a person may do something about, as one line: a setting, the server, a file; undefined for a mistake of ours. */
function lineOf(error: unknown): string | undefined {
  if (error instanceof ConfigurationError) return error.message;
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || error instanceof TypeError) return undefined;
  return `The move cannot go on: ${(message || code).split('\n')[0]}`;
}

try {
  process.exitCode = await move();
} catch (error) {
  const line = lineOf(error);
  if (line === undefined) throw error;
  console.error(line);
  process.exitCode = 1;
}
