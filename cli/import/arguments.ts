import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { CommandFailure } from './refusal.ts';

/** An option that takes a value, and one that is there or not. */
export const text = { type: 'string' } as const;
export const flag = { type: 'boolean' } as const;

/** Reads a command line by its options. Throws a CommandFailure of one sentence for one that does not fit them. */
export function readArguments<O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new CommandFailure((error as Error).message.split(/\.\s|\n/)[0] as string);
  }
}
