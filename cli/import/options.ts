import { demoPeople } from '../demo/people.ts';
import { flag, readArguments, text } from './arguments.ts';
import { parseMapping } from './columns.ts';
import type { Credentials } from './connection.ts';
import type { DayOrder } from './moments.ts';
import { CommandFailure } from './refusal.ts';
import type { Field } from './synonyms.ts';

export interface ImportOptions extends Credentials {
  kind: 'menu' | 'orders';
  file: string;
  store: string;
  currency: string | undefined;
  timeZone: string | undefined;
  mapping: ReadonlyMap<Field, string>;
  delimiter: string | undefined;
  /** The headers of the columns that hold a size's price each, or `found` by what they say. */
  sizes: readonly string[] | 'found';
  encoding: string | undefined;
  dayOrder: DayOrder | undefined;
  source: string;
  dailyNumbers: boolean;
  fillDown: boolean;
  report: string | undefined;
}

/** What `npm run import -- --help` prints. */
export const IMPORT_USAGE = `Brings a till's menu or past orders into a running product.

  npm run import -- menu FILE --store NAME [options]
  npm run import -- orders FILE --store NAME [options]

FILE is CSV with a header: a row is a size of a dish (menu), or a dish of an order (orders). A file of
orders serves as a menu too. Run twice, the second run changes nothing. A store that is not there is opened.

  --url URL               the product (http://localhost:PORT, PORT from the environment or 4000)
  --staff NAME --pin PIN  who signs in (DINEGRAPH_STAFF and DINEGRAPH_PIN, or the demonstration's headquarters)
  --currency CODE         of a store to be opened, such as USD (CNY)
  --zone ZONE             of a store to be opened, such as America/New_York (Asia/Shanghai)
  --map FIELD=COLUMN,...  which column is what, where the headers do not tell; fields: order, date, time,
                          name, spec, category, price, amount, quantity, unit, channel, currency, status, void, gift
                          FIELD= says that no column is that field
  --sizes COLUMN,...      of a menu: the columns that hold a size's price each (found out for 大份, Large and such)
  --delimiter CHARACTER   what stands between the columns (found out; "tab" for a tab)
  --encoding NAME         such as windows-1252 (UTF-8, UTF-16 and GB18030 are found out)
  --date-format DMY|MDY   where the year comes last and no date shows which of day and month comes first
  --daily-numbers         the till counts its orders from 1 each day
  --fill-down             a row without a number and a date belongs to the order above it (found out where
                          cells are merged throughout)
  --source NAME           the till, where a store has several whose numbers overlap (till)
  --report FILE           writes every refused row, as CSV

Exit code: 0 all was taken; 2 some rows were refused, the others stand; 1 nothing (more) could be done.
Discounts are not taken: a past order stands at its full price.`;

/** Reads the command line of an import; undefined when help is asked for. Throws a CommandFailure for a wrong one. */
export function importOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ImportOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [kind, file, ...more] = positionals;
  if ((kind !== 'menu' && kind !== 'orders') || !file || more.length > 0)
    throw new CommandFailure('say what to import: menu FILE, or orders FILE');
  if (!values.store?.trim()) throw new CommandFailure('say for which store: --store NAME');
  const dayOrder = values['date-format']?.toUpperCase();
  if (dayOrder !== undefined && dayOrder !== 'DMY' && dayOrder !== 'MDY')
    throw new CommandFailure('--date-format is DMY or MDY');
  const { headquarters } = demoPeople;
  return {
    kind,
    file,
    store: values.store.trim(),
    url: values.url ?? `http://localhost:${environment['PORT'] || 4000}`,
    staff: values.staff ?? environment['DINEGRAPH_STAFF'] ?? headquarters.name,
    pin: values.pin ?? environment['DINEGRAPH_PIN'] ?? headquarters.pin,
    currency: values.currency === undefined ? undefined : knownCurrency(values.currency),
    timeZone: values.zone === undefined ? undefined : knownZone(values.zone),
    mapping: parseMapping(values.map),
    delimiter: values.delimiter?.replace(/^(tab|\\t)$/, '\t'),
    sizes: values.sizes?.split(',').map((name) => name.trim()) ?? 'found',
    encoding: values.encoding,
    dayOrder,
    source: values.source ?? 'till',
    dailyNumbers: values['daily-numbers'] ?? false,
    fillDown: values['fill-down'] ?? false,
    report: values.report,
  };
}

function parse(args: readonly string[]) {
  return readArguments(args, {
    url: text,
    staff: text,
    pin: text,
    store: text,
    currency: text,
    zone: text,
    map: text,
    delimiter: text,
    sizes: text,
    encoding: text,
    'date-format': text,
    'daily-numbers': flag,
    'fill-down': flag,
    source: text,
    report: text,
    help: flag,
  });
}

function knownCurrency(code: string): string {
  const upper = code.toUpperCase();
  if (!Intl.supportedValuesOf('currency').includes(upper)) throw new CommandFailure(`there is no currency ${code}`);
  return upper;
}

function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    throw new CommandFailure(`there is no time zone ${zone}; name one like America/New_York`);
  }
}
