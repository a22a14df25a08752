import { GraphFailure } from '../client.ts';
import type { Screen } from './progress.ts';
import { CommandFailure } from './refusal.ts';

/** Where a command says what it does. */
export interface Output {
  /** One line of the result. */
  say(line: string): void;
  /** Where progress and failures are shown. */
  screen: Screen;
}

/** A command of the `cli` folder. */
export interface Command<Options> {
  usage: string;
  /** Reads the command line; undefined when help is asked for. */
  options(): Options | undefined;
  /** Answers the exit code. */
  run(options: Options, output: Output): Promise<number>;
}

/** Runs a command: help where it is asked for or needed, and one line for what stands in the way. Answers the exit code. */
export async function runCommand<Options>({ usage, options, run }: Command<Options>, output: Output): Promise<number> {
  let given: Options | undefined;
  try {
    given = options();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    output.screen.write(`${error.message}; --help lists the options\n`);
    return 1;
  }
  if (!given) {
    output.say(usage);
    return 0;
  }
  try {
    return await run(given, output);
  } catch (error) {
    if (error instanceof GraphFailure) output.screen.write(`the product refused: ${error.message} (${error.code})\n`);
    else if (error instanceof CommandFailure) output.screen.write(`${error.message}\n`);
    else throw error;
    return 1;
  }
}
