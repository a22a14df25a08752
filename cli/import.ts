import { GraphFailure } from './client.ts';
import { IMPORT_USAGE, importOptions } from './import/options.ts';
import { CommandFailure } from './import/refusal.ts';
import { type Output, runImport } from './import/run.ts';

/** `npm run import -- menu|orders FILE --store NAME`: answers the exit code, after one line for what stands in the way. */
export async function importCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  let options: ReturnType<typeof importOptions>;
  try {
    options = importOptions(args, environment);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    output.screen.write(`${error.message}\n\n${IMPORT_USAGE}\n`);
    return 1;
  }
  if (!options) {
    output.say(IMPORT_USAGE);
    return 0;
  }
  try {
    return await runImport(options, output);
  } catch (error) {
    if (error instanceof GraphFailure) output.screen.write(`the product refused: ${error.message} (${error.code})\n`);
    else if (error instanceof CommandFailure) output.screen.write(`${error.message}\n`);
    else throw error;
    return 1;
  }
}

if (import.meta.main) {
  process.exitCode = await importCommand(process.argv.slice(2), process.env, {
    say: (line) => console.log(line),
    screen: process.stderr,
  });
}
