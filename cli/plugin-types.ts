import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { commandLine, refuse } from './command-line.ts';
import { pluginTypes } from './generate/plugin-types.ts';
import { writeChanged } from './generate/write-changed.ts';

const HELP = `usage: dinegraph types [FOLDER]

Writes the types of a plug-in's resolvers into its folder, from what is there of these:

  schema.graphql        types/schema.ts       its part of the graph
  internal.graphql      types/internal.ts     what sister modules may ask of it
  asks/MODULE.graphql   types/asks-MODULE.ts  what it asks of a module, as typed documents for host.ask

A type of the graph that entities.ts exports by the same name is resolved from that one.`;

/** `dinegraph types [FOLDER]`: the same for a plug-in as `npm run generate` for the product's own modules. */
const { positionals } = commandLine({ help: HELP, words: 1 });
const [named = '.'] = positionals;
const folder = resolve(named);
if (!existsSync(folder)) refuse(`there is no folder ${folder}`);
const here = relative(process.cwd(), folder);
try {
  const files = await pluginTypes(folder);
  if (files.size === 0) refuse(`there is no schema.graphql, internal.graphql or asks/MODULE.graphql in ${folder}`);
  const written = writeChanged(folder, files);
  for (const file of written) console.log(join(here, file));
  if (written.length === 0) console.log('the types are up to date');
} catch (error) {
  refuse(`${here && `${here}/`}${(error as Error).message}`);
}
