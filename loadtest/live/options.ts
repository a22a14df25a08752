import { readArguments, text } from '../../cli/import/arguments.ts';
import { CommandFailure } from '../../cli/import/refusal.ts';

/** What is measured, and how much of it. */
export interface BenchOptions {
  /** How often all is measured; the figures are the medians. */
  runs: number;
  /** Sockets that watch an order, and the orders that they share out among themselves. */
  watchers: number;
  orders: number;
  /** Sockets that show a kitchen, and the stores that they stand in. */
  screens: number;
  stores: number;
  /** Changes of orders a second, one rate after the other, and how long each goes on, in seconds. */
  rates: readonly number[];
  seconds: number;
  /** Changes of kitchens a second while the screens come back. */
  kitchenRate: number;
  /** Whether each socket is a person of its own, or those that watch the same are one person. */
  people: 'apart' | 'shared';
  /** What stands behind the gateway. */
  graph: GraphKind;
  /** What is measured. */
  parts: ReadonlySet<Part>;
  /** Where the gateway's CPU profiles are written; undefined for none. */
  profile: string | undefined;
}

/** Subgraphs that cost next to nothing, or the product's own on SQLite. */
export type GraphKind = (typeof GRAPHS)[number];
const GRAPHS = ['near-free', 'product'] as const;

/** What can be measured alone. */
export type Part = (typeof PARTS)[number];
const PARTS = ['memory', 'orders', 'screens'] as const;

/** What `npm run bench:live -- --help` prints. */
export const BENCH_USAGE = `Measures live updates: one gateway in a process of its own, its clients in another.

  npm run bench:live -- [options]

  --runs N              medians of so many runs, 1 to 20 (3)
  --watchers N          sockets that watch an order, 1 to 15000 (10000)
  --orders N            the orders that they watch, 1 to 15000 (5000)
  --rates N,N           changes of orders a second, each 1 to 20000 (500,1000,2000,4000,8000)
  --seconds N           how long each rate goes on, 1 to 60 (5)
  --screens N           kitchen screens that come back at once, 1 to 15000 (2000)
  --stores N            the stores that they stand in, 1 to 15000 (400)
  --kitchen-rate N      changes of kitchens a second meanwhile, 1 to 20000 (200)
  --people apart|shared each socket a person of its own, or one person for those that watch the same (apart)
  --graph near-free|product
                        subgraphs that cost next to nothing, or the product's modules on SQLite, in the gateway's process,
                        where an order's watchers are its diner and each screen is a device of its own (near-free)
  --only PARTS          of memory, orders and screens, separated by commas (all)
  --profile FOLDER      writes CPU profiles of the gateway there

Exit code: 0 when every watcher came to see the newest state; 1 otherwise, or when it could not be run.`;

/** Reads the command line; undefined when help is asked for. Throws a CommandFailure for a wrong one. */
export function benchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  if (positionals.length > 0) throw new CommandFailure(`"${positionals[0]}" is not an option`);
  const { people = 'apart', graph = 'near-free' } = values;
  if (!isGraph(graph)) throw new CommandFailure(`--graph is ${GRAPHS.join(' or ')}`);
  if (graph === 'product' && values.people) throw new CommandFailure('--people is for --graph near-free');
  if (people !== 'apart' && people !== 'shared') throw new CommandFailure('--people is apart or shared');
  const parts = (values.only ?? PARTS.join()).split(',');
  const strange = parts.find((part) => !PARTS.includes(part as Part));
  if (strange !== undefined) throw new CommandFailure(`--only is ${PARTS.join(', ')}; not "${strange}"`);
  const rates = (values.rates ?? '500,1000,2000,4000,8000').split(',');
  return {
    runs: whole('runs', values.runs, 3, 20),
    watchers: whole('watchers', values.watchers, 10_000, MOST),
    orders: whole('orders', values.orders, 5_000, MOST),
    screens: whole('screens', values.screens, 2_000, MOST),
    stores: whole('stores', values.stores, 400, MOST),
    rates: rates.map((rate) => whole('rates', rate, 0, FASTEST)),
    seconds: whole('seconds', values.seconds, 5, 60),
    kitchenRate: whole('kitchen-rate', values['kitchen-rate'], 200, FASTEST),
    people,
    graph,
    parts: new Set(parts as Part[]),
    profile: values.profile,
  };
}

/** As many descriptors as systems commonly let a process have, and some to spare. */
const MOST = 15_000;
const FASTEST = 20_000;

function isGraph(name: string): name is GraphKind {
  return GRAPHS.includes(name as GraphKind);
}

function whole(name: string, given: string | undefined, usual: number, most: number): number {
  const value = Number(given ?? usual);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new CommandFailure(`--${name} is a whole number from 1 to ${most}`);
}

function parse(args: readonly string[]) {
  return readArguments(args, {
    runs: text,
    watchers: text,
    orders: text,
    rates: text,
    seconds: text,
    screens: text,
    stores: text,
    'kitchen-rate': text,
    people: text,
    graph: text,
    only: text,
    profile: text,
    help: { type: 'boolean' },
  });
}
