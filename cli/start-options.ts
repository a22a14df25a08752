import { commandLine } from './command-line.ts';

const HELP = `usage: dinegraph start [MODULE ...] [--plugin PATH ...]

Starts the product, until Ctrl-C: all of it, or of a product of several processes the modules that are named.

  MODULE         a module or plug-in that this process hosts; "gateway" is the gateway
  --plugin PATH  a plug-in's folder, file or package; as often as there are such. PLUGINS=./hello,blind-box does the same

PORT (4000), HOST (127.0.0.1), DATA_DIR (data), LOG_LEVEL (warn) and NODE_ENV are read from the environment, as is every
other setting.`;

/** What `npm start -- orders --plugin ./hello` asks for. */
export interface StartCommand {
  /** What this process is to host; nothing is everything. */
  names: readonly string[];
  /** Plug-ins beside the product's own. */
  plugins: readonly string[];
}

/** Reads the command line; ends the process where help is asked for, or with one line for a wrong one. */
export function startOptions(): StartCommand {
  const options = { plugin: { type: 'string', multiple: true } } as const;
  const { values, positionals } = commandLine({ help: HELP, options, words: Number.POSITIVE_INFINITY });
  return { names: positionals, plugins: values.plugin ?? [] };
}
