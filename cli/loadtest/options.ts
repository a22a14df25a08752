import { flag, readArguments, text } from '../import/arguments.ts';
import { CommandFailure } from '../import/refusal.ts';
import { type ProductShape, shapeNamed } from '../private/products.ts';

export interface LoadtestOptions {
  shape: ProductShape;
  /** How long arrivals go on; a busy hour is squeezed into them. */
  minutes: number;
  /** Journeys a second in the busiest minute of that hour. */
  rate: number;
  /** Whether the figures are held against the smoke's thresholds. */
  smoke: boolean;
  /** Where k6 is; undefined to look for it. */
  k6: string | undefined;
  /** Where k6 is looked for. */
  environment: NodeJS.ProcessEnv;
  /** A till's file to count arrivals in, in place of a run. */
  countIn: string | undefined;
}

/** What `npm run loadtest -- --help` prints. */
export const LOADTEST_USAGE = `Lets diners arrive as in a restaurant's busiest hours, by k6, then checks the databases.

  npm run loadtest -- [options]

  --shape embedded|split  one process on SQLite, or many on MySQL, RabbitMQ and Redis (embedded)
  --minutes N             for how long diners arrive, 1 to 240 (5)
  --rate N                journeys a second at the peak, 0.1 to 1000 (5; of the smoke 2)
  --smoke                 one minute, and its figures must stay within the thresholds
  --k6 PATH               the k6 to use (the one on the PATH, or where Go installs it)
  --count-arrivals FILE   writes loadtest/arrivals.json anew from a till's file, and runs nothing

Exit code: 0 no difference; 1 a journey broke off, the checker found a difference, a threshold was crossed, or it could
not be run.`;

/** The defaults of a run, and of the smoke where they differ. */
const MINUTES = 5;
const RATE = 5;
const SMOKE_RATE = 2;

/** Reads the command line of a load test; undefined when help is asked for. Throws a CommandFailure for a wrong one. */
export function loadtestOptions(args: readonly string[], environment: NodeJS.ProcessEnv): LoadtestOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length > 0) throw new CommandFailure(`"${positionals[0]}" is not an option`);
  const { shape = 'embedded', smoke = false } = values;
  if (smoke && values.minutes !== undefined) throw new CommandFailure('--smoke is one minute; leave --minutes out');
  const minutes = smoke ? 1 : Number(values.minutes ?? MINUTES);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 240)
    throw new CommandFailure('--minutes is a whole number from 1 to 240');
  const rate = Number(values.rate ?? (smoke ? SMOKE_RATE : RATE));
  if (!(rate >= 0.1 && rate <= 1_000)) throw new CommandFailure('--rate is 0.1 to 1000 journeys a second');
  return {
    shape: shapeNamed(shape),
    minutes,
    rate,
    smoke,
    k6: values.k6,
    environment,
    countIn: values['count-arrivals'],
  };
}

function parse(args: readonly string[]) {
  return readArguments(args, {
    shape: text,
    minutes: text,
    rate: text,
    smoke: flag,
    k6: text,
    'count-arrivals': text,
    help: flag,
  });
}
