import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, printSchema } from 'graphql';
import { readSupergraph } from '../gateway/plan/supergraph.ts';
import { compose } from '../kernel/graph/compose.ts';
import type { Module } from '../kernel/module.ts';
import { internalSdl, subgraphSdl } from '../kernel/sdl.ts';
import { asksOf, pluginTypes } from './generate/plugin-types.ts';
import { reference } from './generate/reference.ts';
import { askTypes, resolverTypes, type TypesHome } from './generate/types.ts';
import { staleIn, writeChanged } from './generate/write-changed.ts';
import { modules } from './modules.ts';

const root = join(import.meta.dirname, '..');
const types = join(root, 'schema/types');
const home: TypesHome = {
  folder: types,
  command: 'npm run generate',
  context: '../../kernel/module.ts#Context',
  root: '../../kernel/live/live.ts#LiveRoot',
};
/** An example of a plug-in has its own, as a stranger would have. */
const EXAMPLE = 'docs/examples/blind-box';

/** Every generated file with its text: the composed graph, and each module's types. */
export async function generate(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const supergraph = await compose(modules);
  files.set('schema/supergraph.graphql', `${supergraph.trim()}\n`);
  files.set('docs/plugins-reference.md', reference(root));
  files.set('schema/api.graphql', `${printSchema(readSupergraph(supergraph).api)}\n`);
  for (const module of modules) {
    const { name, schema, internal } = module;
    const folder = folderOf(module);
    if (schema) files.set(`schema/types/${name}.ts`, await resolverTypes(home, folder, subgraphSdl(schema), true));
    if (internal)
      files.set(`schema/types/${name}-internal.ts`, await resolverTypes(home, folder, internalSdl(internal), false));
    for (const asked of asksOf(folder)) {
      const target = modules.find((other) => other.name === asked);
      if (!target?.internal) throw new Error(`${name} asks ${asked}, which has no internal.graphql`);
      const text = readFileSync(join(folder, `asks/${asked}.graphql`), 'utf8');
      files.set(
        `schema/types/${name}-asks-${asked}.ts`,
        await askTypes(home, internalSdl(target.internal), parse(text)),
      );
    }
  }
  for (const [file, text] of await pluginTypes(join(root, EXAMPLE))) files.set(`${EXAMPLE}/${file}`, text);
  return files;
}

function folderOf({ name }: Module): string {
  const subgraph = join(root, 'subgraphs', name);
  return existsSync(subgraph) ? subgraph : join(root, 'plugins', name);
}

/** `npm run generate` writes the files; `npm run generate -- --check` fails when one is stale. */
if (import.meta.main) {
  const check = process.argv.includes('--check');
  const files = await generate();
  const stale = check ? staleIn(root, files) : writeChanged(root, files);
  for (const file of stale) console.log(`${check ? 'stale' : 'written'}: ${file}`);
  if (check && stale.length > 0) process.exit(1);
}
