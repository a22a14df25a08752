import { type Output, runCommand } from './import/command.ts';
import { REPLAY_USAGE, replayOptions } from './replay/options.ts';
import { runReplay } from './replay/run.ts';

/** `npm run replay -- FILE --date YYYY-MM-DD`: answers the exit code. */
export function replayCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  return runCommand({ usage: REPLAY_USAGE, options: () => replayOptions(args, environment), run: runReplay }, output);
}

if (import.meta.main) {
  process.exitCode = await replayCommand(process.argv.slice(2), process.env, {
    say: (line) => console.log(line),
    screen: process.stderr,
  });
}
