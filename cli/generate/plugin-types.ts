import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import { internalSdl, subgraphSdl } from '../../kernel/sdl.ts';
import { modules } from '../modules.ts';
import { askTypes, resolverTypes, type TypesHome } from './types.ts';

/**
 * The types of a plug-in's resolvers, and of what it asks, as files of its folder with their text: `types/schema.ts` of
 * schema.graphql, `types/internal.ts` of internal.graphql, `types/asks-menu.ts` of asks/menu.graphql. Throws an Error
 * whose message says in one line which file is wrong and why.
 */
export async function pluginTypes(folder: string): Promise<Map<string, string>> {
  const home: TypesHome = {
    folder: join(folder, 'types'),
    command: 'npx dinegraph types',
    context: 'dinegraph#Context',
    root: 'dinegraph#LiveRoot',
    from: 'dinegraph',
  };
  const files = new Map<string, string>();
  const make = async (source: string, target: string, types: (text: string) => Promise<string>) => {
    const path = join(folder, source);
    if (!existsSync(path)) return;
    try {
      files.set(target, await types(readFileSync(path, 'utf8')));
    } catch (error) {
      throw new Error(faultOf(source, error));
    }
  };
  await make('schema.graphql', 'types/schema.ts', async (text) => {
    parsed(text);
    return resolverTypes(home, folder, subgraphSdl(text), true);
  });
  await make('internal.graphql', 'types/internal.ts', async (text) => {
    parsed(text);
    return resolverTypes(home, folder, internalSdl(text), false);
  });
  for (const asked of asksOf(folder))
    await make(`asks/${asked}.graphql`, `types/asks-${asked}.ts`, async (text) =>
      askTypes(home, internalOf(asked), parsed(text)),
    );
  return files;
}

/** The modules that a folder asks, by the files in which it says what. */
export function asksOf(folder: string): string[] {
  const asks = join(folder, 'asks');
  if (!existsSync(asks)) return [];
  return readdirSync(asks)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.replace(/\.graphql$/, ''));
}

function internalOf(asked: string): DocumentNode {
  const answering = modules.filter(({ internal }) => internal);
  const internal = answering.find(({ name }) => name === asked)?.internal;
  const names = answering.map(({ name }) => name).join(', ');
  if (!internal) throw new Error(`there is no module ${asked} that may be asked; there are ${names}`);
  return internalSdl(internal);
}

/** Read by itself, so that the place of a mistake is one in this file. */
function parsed(text: string): DocumentNode {
  return parse(new Source(text));
}

function faultOf(file: string, error: unknown): string {
  const { message, locations } = error as Partial<GraphQLError> & Error;
  const isSyntax = error instanceof GraphQLError && message.startsWith('Syntax Error');
  const place = isSyntax && locations?.[0] ? `${file}:${locations[0].line}` : file;
  return `${place}: ${message.replaceAll(/\s+/g, ' ').trim().slice(0, 500)}`;
}
