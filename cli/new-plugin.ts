import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CONTRACT } from '../kernel/contract.ts';
import { admit } from '../kernel/graph/admission.ts';
import { commandLine, refuse } from './command-line.ts';
import { pluginTypes } from './generate/plugin-types.ts';
import { writeChanged } from './generate/write-changed.ts';
import { modules } from './modules.ts';
import { packageVersion } from './package-version.ts';

const HELP = `usage: dinegraph new-plugin NAME

Writes a plug-in to begin with into the folder NAME, with a test. NAME is in small letters, digits and hyphens: blind-box.
It is also the name of the plug-in's database, its queue and its variables.`;

/** What a plug-in begins as; NAME and Name stand for its own. */
const TEMPLATE = join(import.meta.dirname, 'new-plugin/template');

const { positionals } = commandLine({ help: HELP, words: 1 });
const [name = ''] = positionals;
const folder = resolve(name);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
  refuse('usage: dinegraph new-plugin NAME, in small letters, digits and hyphens: blind-box');
if (modules.some((module) => module.name === name)) refuse(`${name} is a module of the product; nothing was written`);
const taken = await refusalOf(name);
if (taken) refuse(`no plug-in can be called ${name}: ${taken}; nothing was written`);
if (existsSync(folder)) refuse(`${name} is there already; nothing was changed`);
cpSync(TEMPLATE, folder, { recursive: true });
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath, entry.name);
  writeFileSync(file, inWords(readFileSync(file, 'utf8')));
  // Files of a package that are named as they will be would be taken for its own.
  renameSync(
    file,
    join(
      entry.parentPath,
      inWords(entry.name)
        .replace(/\.template$/, '')
        .replace(/^gitignore$/, '.gitignore'),
    ),
  );
}
writeChanged(folder, await pluginTypes(folder));
const here = relative(process.cwd(), folder);
console.log(`${name} is in ./${here}. Next:

  npx dinegraph test ./${here}
  npx dinegraph start --plugin ./${here}
`);

/** Why the product would go without a plug-in of this name: its type may be another's, for instance. */
async function refusalOf(called: string): Promise<string | undefined> {
  const schema = inWords(readFileSync(join(TEMPLATE, 'schema.graphql.template'), 'utf8'));
  const begun = { name: called, contract: CONTRACT, schema, setup: () => ({}) };
  return (await admit(modules, [begun])).refused.get(called);
}

function inWords(text: string): string {
  const words = name.split('-').map((word) => word[0]?.toUpperCase() + word.slice(1));
  const pascal = words.join('');
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return text
    .replaceAll('__NAME__', name)
    .replaceAll('__Pascal__', pascal)
    .replaceAll('__camel__', camel)
    .replaceAll('__ENV__', name.replaceAll('-', '_').toUpperCase())
    .replaceAll('__CONTRACT__', CONTRACT)
    .replaceAll('__VERSION__', packageVersion());
}
