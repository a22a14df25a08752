import './own-name.ts';
import { commandLine } from './command-line.ts';
import { declarationOf } from './declaration.ts';
import { loadPlugin } from './load-plugin.ts';

const HELP = `usage: dinegraph declare [PLUGIN]

Prints as JSON what a plug-in declares, for the processes that do not run it: dinegraph declare ./hello > hello.json.
PLUGIN is a folder or a file.`;

/**
 * `dinegraph declare [PLUGIN]`: writes on standard output what a plug-in declares, as JSON. With it (`--plugin hello.json`)
 * the product's processes know a plug-in that a process of its own hosts, and run none of its code.
 */
const { positionals } = commandLine({ help: HELP, words: 1 });
const [plugin = '.'] = positionals;
try {
  process.stdout.write(declarationOf(await loadPlugin(/^[./]/.test(plugin) ? plugin : `./${plugin}`)));
} catch (error) {
  console.error(`${plugin} cannot be declared: ${(error as Error).message}`);
  process.exit(1);
}
