import { demoPeople } from '../demo/people.ts';
import { flag, readArguments, text } from '../import/arguments.ts';
import { parseMapping } from '../import/columns.ts';
import type { DayOrder } from '../import/moments.ts';
import { CommandFailure } from '../import/refusal.ts';
import type { Field } from '../import/synonyms.ts';
import { type ProductShape, shapeNamed } from '../private/products.ts';

export interface ReplayOptions {
  file: string;
  /** YYYY-MM-DD. */
  date: string;
  /** A running product and the folder of its databases; undefined for products of the replay's own. */
  product: { url: string; dataDir: string } | undefined;
  /** The shapes of the replay's own products: the day is played on each, one after the other. */
  shapes: readonly ProductShape[];
  staff: string;
  pin: string;
  currency: string;
  concurrency: number;
  mapping: ReadonlyMap<Field, string>;
  dayOrder: DayOrder | undefined;
  dailyNumbers: boolean;
}

/** What `npm run replay -- --help` prints. */
export const REPLAY_USAGE = `Plays one day of a till's file through the public graph, then checks the databases.

  npm run replay -- FILE --date YYYY-MM-DD [options]

  --url URL --data DIR    a running product and its data folder (a product of its own, gone afterwards)
  --shape SHAPES          of a product of its own: embedded, split, or both: embedded,split (embedded)
  --staff NAME --pin PIN  who signs in (DINEGRAPH_STAFF and DINEGRAPH_PIN, or the demonstration's headquarters)
  --concurrency N         so many orders at a time (8)
  --currency CODE         of the new store (CNY)
  --map, --date-format, --daily-numbers  as of npm run import

Exit code: 0 no difference; 1 an order failed, the checker found a difference, or it could not be played.`;

/** Reads the command line of a replay; undefined when help is asked for. Throws a CommandFailure for a wrong one. */
export function replayOptions(args: readonly string[], environment: NodeJS.ProcessEnv): ReplayOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new CommandFailure('say which file to replay');
  const { date = '', url, data } = values;
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new CommandFailure('say which day: --date YYYY-MM-DD');
  if ((url === undefined) !== (data === undefined))
    throw new CommandFailure('--url and --data go together: the checker reads the databases of that product');
  if (url !== undefined && values.shape !== undefined)
    throw new CommandFailure('--shape is for a product of the replay’s own, --url names one that runs');
  const concurrency = Number(values.concurrency ?? 8);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 100)
    throw new CommandFailure('--concurrency is 1 to 100');
  const dayOrder = values['date-format']?.toUpperCase();
  if (dayOrder !== undefined && dayOrder !== 'DMY' && dayOrder !== 'MDY')
    throw new CommandFailure('--date-format is DMY or MDY');
  return {
    file,
    date,
    product: url === undefined || data === undefined ? undefined : { url, dataDir: data },
    shapes: (values.shape ?? 'embedded').split(',').map(shapeNamed),
    staff: values.staff ?? environment['DINEGRAPH_STAFF'] ?? demoPeople.headquarters.name,
    pin: values.pin ?? environment['DINEGRAPH_PIN'] ?? demoPeople.headquarters.pin,
    currency: (values.currency ?? 'CNY').toUpperCase(),
    concurrency,
    mapping: parseMapping(values.map),
    dayOrder,
    dailyNumbers: values['daily-numbers'] ?? false,
  };
}

function parse(args: readonly string[]) {
  return readArguments(args, {
    date: text,
    url: text,
    data: text,
    shape: text,
    staff: text,
    pin: text,
    concurrency: text,
    currency: text,
    map: text,
    'date-format': text,
    'daily-numbers': flag,
    help: flag,
  });
}
