import { parseArgs } from 'node:util';
import { ConfigurationError } from '../kernel/settings.ts';

/** What `npm start -- orders --plugin ./hello` asks for. */
export interface StartCommand {
  /** What this process is to host; nothing is everything. */
  names: readonly string[];
  /** Plug-ins beside the product's own. */
  plugins: readonly string[];
}

/** Reads the command line. Throws a ConfigurationError of one line for a wrong one. */
export function startOptions(args: readonly string[]): StartCommand {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { plugin: { type: 'string', multiple: true } },
      allowPositionals: true,
    });
    return { names: positionals, plugins: values.plugin ?? [] };
  } catch (error) {
    throw new ConfigurationError(
      `${(error as Error).message.split('. ')[0]}. Expected: [MODULE ...] [--plugin PATH ...]`,
    );
  }
}
