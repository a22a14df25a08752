import { type Output, runCommand } from './import/command.ts';
import { LOADTEST_USAGE, loadtestOptions } from './loadtest/options.ts';
import { runLoadtest } from './loadtest/run.ts';

/** `npm run loadtest`: answers the exit code. */
export function loadtestCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  const options = () => loadtestOptions(args, environment);
  return runCommand({ usage: LOADTEST_USAGE, options, run: runLoadtest }, output);
}

if (import.meta.main) {
  process.exitCode = await loadtestCommand(process.argv.slice(2), process.env, {
    say: (line) => console.log(line),
    screen: process.stderr,
  });
}
