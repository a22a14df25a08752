import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** What a command's line may hold. */
export interface CommandLine<O extends ParseArgsOptionsConfig> {
  /** What `--help` prints; its first line is the usage. */
  help: string;
  options?: O;
  /** How many words it may have beside its options at the most. None when left out. */
  words?: number;
}

/** The options of a command that has none. */
type None = Record<never, never>;

/**
 * Reads the line of a command, before anything else happens. Where `--help` stands in it, that is printed and the process
 * ends with 0; an option that the command does not know, or a word too many, ends it with 2.
 */
export function commandLine<O extends ParseArgsOptionsConfig = None>({ help, options, words = 0 }: CommandLine<O>) {
  const args = process.argv.slice(2);
  if (args.some((one) => one === '--help' || one === '-h')) {
    console.log(help);
    process.exit(0);
  }
  try {
    const line = parseArgs({ args, allowPositionals: true, options: options ?? ({} as O) });
    const tooMuch = line.positionals[words];
    if (tooMuch !== undefined) throw new Error(`"${tooMuch}" is too much`);
    return line;
  } catch (error) {
    return refuse(`${(error as Error).message.split(/\.\s|\n/)[0]}; ${help.split('\n')[0]}`);
  }
}

/** Ends a command that cannot do what it was told, with one line that says why. */
export function refuse(line: string): never {
  console.error(line);
  process.exit(2);
}
