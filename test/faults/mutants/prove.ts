import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultCounts, FaultOptions } from '../options.ts';
import type { Mutant } from './mutant.ts';
import { mutants } from './mutants.ts';
import { mutate } from './tree.ts';

/** What a run on a mutant may take, in milliseconds. */
const PATIENCE = 8 * 60_000;

/**
 * Puts the known bugs back, one by one, each into a copy of the tree; the books of a small run must show it. Answers the
 * names of those that the books did not show.
 */
export async function prove({ names, seed }: FaultOptions, say: (line: string) => void): Promise<string[]> {
  const stranger = names.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (stranger) throw new Error(`there is no mutant ${stranger}; there are ${mutants.map(({ name }) => name)}`);
  const survivors: string[] = [];
  for (const mutant of mutants.filter(({ name }) => names.length === 0 || names.includes(name))) {
    say(`\n== ${mutant.name}: ${mutant.bug}`);
    const shown = await showing(mutant, seed);
    if ('finding' in shown) say(`   shown: ${shown.finding}`);
    else {
      survivors.push(mutant.name);
      say(`   NOT SHOWN: ${shown.why}`);
    }
  }
  return survivors;
}

/** The finding that shows a bug, or why there is none. */
async function showing(mutant: Mutant, seed: number): Promise<{ finding: string } | { why: string }> {
  const folder = await mutate(mutant);
  const json = join(folder, 'faults.json');
  const line = ['test/faults/run.ts', ...mutant.run, '--seed', String(seed), '--json', json];
  const child = spawn(process.execPath, line, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  const [code] = await once(child, 'close');
  const counts = await readFile(json, 'utf8').then(
    (text) => JSON.parse(text) as FaultCounts,
    () => undefined,
  );
  await rm(folder, { recursive: true, force: true });
  const finding = counts?.findings.find((one) => mutant.shows.test(one));
  if (finding) return { finding };
  if (code === 0) return { why: 'the run has passed' };
  return { why: `the run has failed (${code}), and not by its books:\n${printed.slice(-3_000)}` };
}
