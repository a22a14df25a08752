import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.ts';

/** What a run of the fault suite is to do. */
export interface FaultOptions {
  scenarios: readonly Scenario[];
  seed: number;
  /** How long random kills go on. */
  minutes: number;
  /** By what the numbers of each scenario are multiplied. */
  scale: number;
  /** How long a product may take to come to rest afterwards, in seconds. */
  patience: number;
  /** Of the points at which processes may die, those that have this in their names, instead of some by chance. */
  points: string | undefined;
  /** Where the counts are written for who adds them up, as Jest writes them. */
  json: string | undefined;
  /** Whether known bugs are put back, in place of a run: all, or those that are named. */
  mutants: boolean;
  names: readonly string[];
}

/** What `--json` writes: how many scenarios passed and failed, in Jest's words, and all that was found. */
export interface FaultCounts {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  findings: string[];
}

/** What `npm run test:faults -- --help` prints. */
export const USAGE = `Harms the product while people use it, then checks its books in the databases.

  npm run test:faults -- [SCENARIO ...] [options]

  --seed N       the same choices as a run that printed this seed (FAULT_SEED, or any)
  --minutes N    how long random kills go on (FAULT_MINUTES, or 10)
  --scale N      multiplies the numbers of each scenario (1)
  --patience N   seconds that the product has to come to rest afterwards (120)
  --points TEXT  of crash-points, all whose name has this in it, instead of some by chance
  --json FILE    writes how many passed and failed
  --mutants      puts known bugs back, one by one (or those that are named), and fails unless the books show each

Exit code: 0 nothing was found; 1 something was; 2 the command is wrong.`;

/** A command line that cannot be carried out, in one sentence. */
export class WrongOptions extends Error {}

/** Reads the command line; undefined when help is asked for. Throws WrongOptions. */
export function faultOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  all: readonly Scenario[],
): FaultOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const { mutants = false, json, points } = values;
  const stranger = positionals.find((name) => !mutants && !all.some((scenario) => scenario.name === name));
  if (stranger)
    throw new WrongOptions(`there is no scenario ${stranger}; there are ${all.map(({ name }) => name).join(', ')}`);
  return {
    scenarios: all.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    seed: number('--seed', values.seed ?? environment['FAULT_SEED'], randomInt(2 ** 32 - 1)),
    minutes: number('--minutes', values.minutes ?? environment['FAULT_MINUTES'], 10),
    scale: number('--scale', values.scale, 1),
    patience: number('--patience', values.patience, 120),
    points,
    json,
    mutants,
    names: positionals,
  };
}

function number(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined || text === '' ? otherwise : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new WrongOptions(`${name} is a number of 0 or more, not ${text}`);
  return value;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const numbers = { seed: text, minutes: text, scale: text, patience: text };
    const options = { ...numbers, points: text, json: text, mutants: flag, help: flag };
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new WrongOptions((error as Error).message);
  }
}
