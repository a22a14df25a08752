import { basename } from 'node:path';
import { printable } from './clean.ts';
import type { Output } from './command.ts';
import { connect } from './connection.ts';
import { openSheet } from './file.ts';
import { MENU } from './menu.ts';
import { menuImport } from './menu-import.ts';
import type { ImportOptions } from './options.ts';
import { ORDERS } from './orders.ts';
import { ordersImport } from './orders-import.ts';
import type { RefusedRow } from './refusal.ts';
import { refusalLines, writeReport } from './report.ts';
import { assertCurrencyOf, type Sheet } from './sheet.ts';
import { DEFAULT_PLACE, findStore, openStore } from './store.ts';

/**
 * Imports a file and says what became of it. Answers the exit code: 0 when all was taken, 2 when rows were refused.
 * Throws a CommandFailure when nothing (more) could be done.
 */
export async function runImport(options: ImportOptions, output: Output): Promise<number> {
  const began = performance.now();
  const { kind, file, mapping, delimiter, encoding, sizes } = options;
  const search = kind === 'menu' ? { ...MENU, sizes } : ORDERS;
  const sheet = openSheet(file, { ...search, mapping, delimiter, encoding });
  const connection = await connect(options);
  const wish = { name: options.store, currency: options.currency, timeZone: options.timeZone };
  const known = await findStore(connection, wish);
  const place = known ?? {
    currency: wish.currency ?? DEFAULT_PLACE.currency,
    timeZone: wish.timeZone ?? DEFAULT_PLACE.timeZone,
  };
  assertCurrencyOf(sheet, place.currency);
  const plan = (kind === 'menu' ? menuImport : ordersImport)(sheet, options, place);
  const tell = (refused: readonly RefusedRow[]) => {
    for (const note of [...sheet.notes, ...plan.notes]) output.say(`  note      ${printable(note, 300)}`);
    if (refused.length > 0) output.say('refused:');
    for (const line of refusalLines(refused, options.report !== undefined)) output.say(line);
    if (options.report !== undefined) writeReport(options.report, refused);
  };

  output.say(`${basename(file)} -> ${wish.name} (${place.currency})${known ? '' : ', which is not there yet'}`);
  output.say(`  columns   ${printable(describeColumns(sheet), 500)}`);
  if (!known && plan.taken === 0) {
    tell(plan.refused);
    output.say(`Nothing could be taken, and ${wish.name} was not opened.`);
    return 1;
  }
  const store = known ?? (await openStore(connection, { ...wish, ...place }));
  if (!known) output.say(`  store     opened just now, in ${store.currency} and ${store.timeZone}`);
  // A report that cannot be written is said before anything is sent.
  if (options.report !== undefined) writeReport(options.report, plan.refused);
  const { facts, refused, changed, agrees } = await plan.send(connection, store, output.screen);
  facts.push(['seconds', ((performance.now() - began) / 1_000).toFixed(1)]);
  for (const [name, value] of facts) output.say(`  ${name.padEnd(8)}  ${value}`);
  tell(refused);
  if (!changed) output.say('Nothing changed: all that could be taken was there already.');
  return refused.length > 0 || !agrees ? 2 : 0;
}

function describeColumns({ columns, sizes, headers }: Sheet): string {
  const headerAt = (index: number) => headers[index]?.trim();
  const used = Object.entries(columns).map(([field, index]) => `${field}=${headerAt(index)}`);
  if (sizes.length > 0) used.push(`price of ${sizes.map(({ name }) => name).join(', ')}`);
  const taken = new Set([...Object.values(columns), ...sizes.map(({ index }) => index)]);
  const rest = headers.filter((name, index) => name.trim() && !taken.has(index));
  return used.join(', ') + (rest.length > 0 ? `; not used: ${rest.join(', ')}` : '');
}
