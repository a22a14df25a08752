import { resolve } from 'node:path';
import './own-name.ts';
import { systemClock } from '../kernel/clock.ts';
import { type Database, hasDatabase, openDatabase, type Storage } from '../kernel/database/database.ts';
import { type DeadLetter, listDeadLetters, replayDeadLetters } from '../kernel/events/dead-letters.ts';
import {
  type BuriedMessage,
  type BuriedOptions,
  listBuried,
  removeBuried,
} from '../kernel/events/rabbit-dead-letters.ts';
import { createLog } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';
import { ConfigurationError, readSettings } from '../kernel/settings.ts';
import { commandLine } from './command-line.ts';
import { printable } from './import/clean.ts';
import { productWith, sayLeftOut } from './plugins.ts';
import { storageOf } from './servers.ts';
import { processSettings } from './settings.ts';

/** The longest line that is shown of a message, in characters. */
const LONGEST = 2_500;

const HELP = `usage: npm run dead-letters -- [--replay EVENT_ID|all] [--plugin PATH ...]

Lists the events that were given up, in the outbox of every module and in the broker's queue of dead letters.

  --replay EVENT_ID|all  gives one of them, or all, a new chance; the product may be running
  --plugin PATH          a plug-in's folder, file or package, as the product is started with; PLUGINS does the same`;

/**
 * `npm run dead-letters` shows the events that were given up, in every module's outbox and in the broker's queue;
 * `-- --replay EVENT_ID|all` gives them a new chance. The product may be running.
 */
async function deadLetters(): Promise<void> {
  const options = { replay: { type: 'string' }, plugin: { type: 'string', multiple: true } } as const;
  const { replay: which, plugin: named = [] } = commandLine({ help: HELP, options }).values;
  const settings = readSettings(processSettings, process.env);
  const { modules, refused } = await productWith([...settings.plugins, ...named]);
  sayLeftOut(refused);
  const storage = storageOf(settings, resolve(settings.dataDir));
  const { rabbitmqUrl: url, namespace } = settings;
  const place = url ? { url, namespace } : undefined;
  const made = await Promise.all(modules.map(({ name }) => hasDatabase(storage, name)));
  if (!made.includes(true))
    throw new ConfigurationError(
      storage.kind === 'mysql'
        ? `There are no databases ${namespace}_* on the server of DATABASE_URL; NAMESPACE says how they begin.`
        : `There are no databases in ${storage.folder}; DATA_DIR says where they are.`,
    );
  if (which) await replay(modules, storage, place, which === 'all' ? undefined : which);
  else await show(modules, storage, place);
}

async function show(modules: readonly Module[], storage: Storage, place: BuriedOptions | undefined): Promise<void> {
  const given = new Set<string>();
  for (const module of modules) {
    const letters = (await onDatabase(storage, module, ({ em }) => listDeadLetters(em()))) ?? [];
    for (const letter of letters) {
      console.log(describeLetter(module.name, letter));
      given.add(letter.eventId);
    }
  }
  if (given.size === 0) console.log('No event was given up.');
  if (!place) return;
  const buried = await reach(listBuried(place));
  console.log(`\nThe queue of dead letters holds ${buried.length}.`);
  for (const message of buried) console.log(describeMessage(message, given.has(message.eventId ?? '')));
}

async function replay(
  modules: readonly Module[],
  storage: Storage,
  place: BuriedOptions | undefined,
  eventId: string | undefined,
): Promise<void> {
  let replayed = 0;
  for (const module of modules)
    replayed +=
      (await onDatabase(storage, module, ({ em }) => replayDeadLetters(em(), systemClock.now(), eventId))) ?? 0;
  // The outboxes are what counts: their events go out even when the broker cannot be tidied up now.
  console.log(`${replayed} ${replayed === 1 ? 'delivery has' : 'deliveries have'} a new chance.`);
  if (place) console.log(`${await reach(removeBuried(place, eventId))} removed from the queue of dead letters.`);
}

/** Works on a module's database as it is; undefined when it was never made. */
async function onDatabase<T>(storage: Storage, module: Module, work: (database: Database) => Promise<T>) {
  const { name, entities = [] } = module;
  if (!(await hasDatabase(storage, name))) return undefined;
  const database = await openDatabase({ name, storage, entities, untouched: true, log: createLog('silent') });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new ConfigurationError(
      `RABBITMQ_URL: the queue of dead letters cannot be reached: ${(error as Error).message}`,
    );
  }
}

function describeLetter(module: string, letter: DeadLetter): string {
  const { eventId, name, aggregate, version, consumer, attempts, error, since, waiting } = letter;
  return [
    `${eventId}  ${name} of ${aggregate}, version ${version}, from ${module} to ${consumer}`,
    `  given up ${new Date(since).toISOString()} after ${attempts} attempts: ${error}`,
    `  ${waiting} later ${waiting === 1 ? 'event waits' : 'events wait'} for it`,
  ].join('\n');
}

/**
 * A copy outlives its cause: a start gives every event a new chance, and does not search the queue. What was refused as
 * nobody's was never in an outbox as given up, and may say anything.
 */
function describeMessage({ eventId, consumer, error, when, text }: BuriedMessage, given: boolean): string {
  const where = [consumer && `to ${consumer}`, when && `since ${when}`].filter(Boolean).join(', ');
  const since = eventId && !given ? `no outbox has given it up; --replay ${eventId} removes this copy` : '';
  return [`${eventId ?? 'not an event'}  ${where}: ${error}`, text, since]
    .map((line) => printable(line, LONGEST))
    .filter(Boolean)
    .join('\n  ');
}

try {
  await deadLetters();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
// Files of a plug-in may have begun what does not end.
process.exit();
