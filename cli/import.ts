import { type Output, runCommand } from './import/command.ts';
import { IMPORT_USAGE, importOptions } from './import/options.ts';
import { runImport } from './import/run.ts';

/** `npm run import -- menu|orders FILE --store NAME`: answers the exit code. */
export function importCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  return runCommand({ usage: IMPORT_USAGE, options: () => importOptions(args, environment), run: runImport }, output);
}

/** Runs it in this process, with what stands behind its name. */
export async function importHere(): Promise<void> {
  process.exitCode = await importCommand(process.argv.slice(2), process.env, {
    say: (line) => console.log(line),
    screen: process.stderr,
  });
}

if (import.meta.main) await importHere();
