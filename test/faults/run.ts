import { writeFileSync } from 'node:fs';
import { missingServers } from '../servers/servers.ts';
import { prove } from './mutants/prove.ts';
import { type FaultCounts, type FaultOptions, faultOptions, USAGE, WrongOptions } from './options.ts';
import { playAll } from './play.ts';
import { scenarios } from './scenarios.ts';

const say = (line: string) => console.log(line);

/** `npm run test:faults`. Answers the exit code. */
async function main(): Promise<number> {
  const options = faultOptions(process.argv.slice(2), process.env, scenarios);
  if (!options) {
    say(USAGE);
    return 0;
  }
  // The servers must be killed, so addresses that are given are of no use here.
  for (const variable of ['DATABASE_URL', 'RABBITMQ_URL', 'REDIS_URL']) delete process.env[variable];
  const missing = missingServers();
  if (missing.length > 0) {
    say(`The faults are skipped: ${missing.join(' ')}`);
    return process.env['REQUIRE_SERVERS'] === '1' ? 1 : 0;
  }
  return run(options);
}

async function run(options: FaultOptions): Promise<number> {
  const { seed, json, mutants } = options;
  say(`seed ${seed}`);
  if (mutants) {
    const survivors = await prove(options, say);
    say(survivors.length === 0 ? '\nthe books have shown every bug' : `\nnot shown: ${survivors.join(', ')}`);
    return survivors.length === 0 ? 0 : 1;
  }
  const found = await playAll(options, say);
  const failed = [...found].flatMap(([name, findings]) => (findings.length > 0 ? [name] : []));
  const passed = found.size - failed.length;
  if (json) {
    const numbers = { numPassedTests: passed, numFailedTests: failed.length, numFailedTestSuites: failed.length };
    const counts: FaultCounts = { ...numbers, findings: [...found.values()].flat() };
    writeFileSync(json, JSON.stringify(counts));
  }
  say(`\n${passed} passed, ${failed.length} failed`);
  if (failed.length > 0) say(`again: npm run test:faults -- ${failed.join(' ')} --seed ${seed}`);
  return failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof WrongOptions)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
