import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { toMajor } from '../../kernel/money.ts';
import { printable } from './clean.ts';
import type { Output } from './command.ts';
import { type Connection, connect } from './connection.ts';
import { MENU, planMenu } from './menu.ts';
import type { ImportOptions } from './options.ts';
import { ORDERS, planOrders, sumOf } from './orders.ts';
import { type Screen, showProgress } from './progress.ts';
import { CommandFailure, type RefusedRow } from './refusal.ts';
import { refusalLines, writeReport } from './report.ts';
import { sendMenu, sendOrders } from './send.ts';
import { readSheet, type Sheet } from './sheet.ts';
import { ensureStore, type TargetStore } from './store.ts';

/** What an import came to, line by line, as name and value. */
interface Outcome {
  facts: [string, string][];
  refused: RefusedRow[];
  notes: string[];
  changed: boolean;
  /** Whether the file and the product agree on everything that was taken. */
  agrees: boolean;
}

/**
 * Imports a file and says what became of it. Answers the exit code: 0 when all was taken, 2 when rows were refused.
 * Throws a CommandFailure when nothing (more) could be done.
 */
export async function runImport(options: ImportOptions, output: Output): Promise<number> {
  const began = performance.now();
  const { kind, file, mapping, delimiter, encoding } = options;
  const sheet = openSheet(file, { ...(kind === 'menu' ? MENU : ORDERS), mapping, delimiter, encoding });
  const connection = await connect(options);
  const { store, timeZone: zone, currency } = options;
  const target = await ensureStore(connection, { name: store, currency, timeZone: zone });
  output.say(`${basename(file)} -> ${target.name} (${target.currency})${target.opened ? ', opened just now' : ''}`);
  output.say(`  columns   ${printable(describeColumns(sheet), 500)}`);

  const importKind = kind === 'menu' ? importMenu : importOrders;
  const { facts, refused, notes, changed, agrees } = await importKind(
    sheet,
    options,
    target,
    connection,
    output.screen,
  );
  facts.push(['seconds', ((performance.now() - began) / 1_000).toFixed(1)]);
  for (const [name, value] of facts) output.say(`  ${name.padEnd(8)}  ${value}`);
  for (const note of [...sheet.notes, ...notes]) output.say(`  note      ${printable(note, 300)}`);
  if (refused.length > 0) output.say(`refused:`);
  for (const line of refusalLines(refused, options.report !== undefined)) output.say(line);
  if (options.report !== undefined) writeReport(options.report, refused);
  if (!changed) output.say('Nothing changed: all that could be taken was there already.');
  return refused.length > 0 || !agrees ? 2 : 0;
}

async function importMenu(
  sheet: Sheet,
  options: ImportOptions,
  store: TargetStore,
  connection: Connection,
  screen: Screen,
): Promise<Outcome> {
  const { timeZone, currency } = store;
  const plan = planMenu(sheet, currency, { timeZone, dayOrder: options.dayOrder });
  const progress = showProgress(screen, 'sizes', plan.rows.length);
  const done = await sendMenu(connection, store.id, plan.rows, progress.at);
  progress.end();
  const contentOf = new Map(plan.rows.map(({ row, name, spec }) => [row, `${name} (${spec})`]));
  const refused = done.refused.map(({ row, code, message }) => ({
    line: row,
    code,
    message,
    content: contentOf.get(row) ?? '',
  }));
  const dishes = new Set(plan.rows.map(({ name }) => name)).size;
  return {
    facts: [
      ['rows', `${sheet.rows.length} read, ${plan.refused.length + refused.length} refused`],
      ['dishes', `${dishes} in the file, ${done.dishesCreated} new`],
      [
        'sizes',
        `${plan.rows.length} in the file, ${done.specsCreated} new, ${done.pricesChanged} with a new price, ${done.unchanged} unchanged`,
      ],
    ],
    refused: [...plan.refused, ...refused].sort((a, b) => a.line - b.line),
    notes: plan.notes,
    changed: done.dishesCreated + done.specsCreated + done.pricesChanged > 0,
    agrees: true,
  };
}

async function importOrders(
  sheet: Sheet,
  options: ImportOptions,
  store: TargetStore,
  connection: Connection,
  screen: Screen,
): Promise<Outcome> {
  const { timeZone, currency } = store;
  const { dayOrder, dailyNumbers, fillDown, source } = options;
  const plan = planOrders(sheet, { timeZone, currency, dayOrder, dailyNumbers, fillDown });
  const progress = showProgress(screen, 'orders', plan.orders.length);
  const done = await sendOrders(connection, { storeId: store.id, source }, plan.orders, progress.at);
  progress.end();
  const refused = done.refused.map(({ externalId, code, message }) => ({
    line: plan.lineOf.get(externalId) ?? 0,
    code,
    message: `order ${externalId}: ${message}`,
    content: externalId,
  }));
  const rejected = new Set(done.refused.map(({ externalId }) => externalId));
  const expected = sumOf(plan.orders.filter(({ externalId }) => !rejected.has(externalId)));
  const agrees = expected === done.total;
  const sums = agrees
    ? ''
    : `; the file says ${toMajor(expected, currency)}: orders that were there already differ from it`;
  const lost = plan.rowsLost > 0 ? `, ${plan.rowsLost} more belong to refused orders` : '';
  return {
    facts: [
      ['rows', `${sheet.rows.length} read, ${plan.rowsRefused} refused${lost}`],
      [
        'orders',
        `${done.created} created, ${done.unchanged} unchanged, ${plan.ordersRefused + refused.length} refused`,
      ],
      ['sum', `${toMajor(done.total, currency)} ${currency}${sums}`],
    ],
    refused: [...plan.refused, ...refused].sort((a, b) => a.line - b.line),
    notes: plan.notes,
    changed: done.created > 0,
    agrees,
  };
}

function openSheet(file: string, search: Parameters<typeof readSheet>[1]): Sheet {
  try {
    return readSheet(readFileSync(file), search);
  } catch (error) {
    if (error instanceof CommandFailure) throw new CommandFailure(`${file}: ${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    throw new CommandFailure(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${message}`);
  }
}

function describeColumns({ columns, headers }: Sheet): string {
  const used = Object.entries(columns).map(([field, index]) => `${field}=${headers[index]?.trim()}`);
  const rest = headers.filter((name, index) => name.trim() && !Object.values(columns).includes(index));
  return used.join(', ') + (rest.length > 0 ? `; not used: ${rest.join(', ')}` : '');
}
