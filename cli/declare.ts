import { declarationOf } from './declaration.ts';
import { loadPlugin } from './load-plugin.ts';

/**
 * `dinegraph declare [PLUGIN]`: writes on standard output what a plug-in declares, as JSON. With it (`--plugin hello.json`)
 * the product's processes know a plug-in that a process of its own hosts, and run none of its code.
 */
const plugin = process.argv[2] ?? '.';
try {
  process.stdout.write(declarationOf(await loadPlugin(/^[./]/.test(plugin) ? plugin : `./${plugin}`)));
} catch (error) {
  console.error(`${plugin} cannot be declared: ${(error as Error).message}`);
  process.exit(1);
}
