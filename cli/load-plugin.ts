import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { SECOND } from '../kernel/clock.ts';
import type { Module } from '../kernel/module.ts';
import { readPlugin } from '../kernel/plugin-declaration.ts';
import { plainMessage } from '../kernel/telemetry/plain-error.ts';
import { Late, within } from '../kernel/within.ts';
import { readDeclaration } from './declaration.ts';

/** What a plug-in's folder begins with where it is being written: its source goes before what was built of it. */
export const SOURCE = 'index.ts';

/** How long a plug-in's files may take to load, in milliseconds. */
const PATIENCE = 30 * SECOND;

/**
 * The plug-in of a folder, a file or an installed package, as seen from the folder where the command was given, after these
 * milliseconds at most. Throws an Error whose message says in one line what is wrong, and where.
 */
export async function loadPlugin(named: string, patience = PATIENCE): Promise<Module> {
  if (named.endsWith('.json') && existsSync(named)) return readDeclaration(readFileSync(named, 'utf8'));
  const { default: plugin } = (await within(imported(named), patience).catch((error) => {
    throw new Error(faultOf(named, error));
  })) as { default?: unknown };
  return readPlugin(plugin);
}

/** What is wrong with a plug-in that was found, and cannot be had. */
class Unfit extends Error {}

async function imported(named: string): Promise<unknown> {
  const path = resolve(named);
  if (!isPath(named)) return importFrom(process.cwd(), named);
  if (!existsSync(path)) throw new Unfit('there is no such file or folder');
  if (statSync(path).isFile()) return import(pathToFileURL(path).href);
  if (existsSync(join(path, SOURCE))) return import(pathToFileURL(join(path, SOURCE)).href);
  const { name, exports } = manifestOf(path);
  try {
    // A package knows itself by its name, where it says what it exports.
    if (name && exports) return await importFrom(path, name);
    return await import(pathToFileURL(createRequire(join(path, 'package.json')).resolve(path)).href);
  } catch (error) {
    if (!isMissing(error, path)) throw error;
    const built = existsSync(join(path, 'package.json'))
      ? ', and its package.json names no file that is there; `dinegraph build` makes it'
      : ' and no package.json';
    throw new Unfit(`the folder has no ${SOURCE}${built}`);
  }
}

function manifestOf(folder: string): { name?: string; exports?: unknown } {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Unfit(`its package.json cannot be read: ${(error as Error).message}`);
  }
}

/** Whether it is the folder's own beginning that is not there, and nothing that is imported from there. */
function isMissing(error: unknown, folder: string): boolean {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (code === 'MODULE_NOT_FOUND') return message.startsWith(`Cannot find module '${folder}`);
  return code === 'ERR_MODULE_NOT_FOUND' && message.endsWith(` imported from ${join(folder, 'package.json')}`);
}

function isPath(named: string): boolean {
  return /^[./]/.test(named) || existsSync(resolve(named));
}

/** Imports as a file of that folder would: what is installed there may be for `import` alone, which `require` does not find. */
function importFrom(folder: string, specifier: string): Promise<unknown> {
  const script = new Script('(specifier) => import(specifier)', {
    filename: join(folder, 'package.json'),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext()(specifier);
}

/** Why it could not be imported, in one line that begins with the place when one is known. */
function faultOf(named: string, error: unknown): string {
  if (!(error instanceof Error)) return plainMessage(error);
  const { code } = error as { code?: unknown };
  if (error instanceof Late)
    return `its files are not loaded yet, ${error.message}: they await something that does not come`;
  if (error instanceof Unfit) return error.message;
  const message = error.message.split('\n')[0] ?? '';
  if (
    code === 'ERR_MODULE_NOT_FOUND' &&
    message.startsWith(`Cannot find package '${named}' imported from ${process.cwd()}`)
  )
    return 'there is no such folder or file, and no package of that name is installed';
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return 'it is TypeScript, which Node does not run of installed packages: `dinegraph build` in its folder makes JavaScript of it';
  const place = placeOf(error);
  return `${place ? `${place}: ` : ''}${message}${hintFor(message, code)}`;
}

/** What helps with a message of Node's. */
function hintFor(message: string, code: unknown): string {
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return ': Node takes types away and makes nothing of them; an object with `as const` does for an enum';
  if (/^Cannot use import statement outside a module|^Unexpected token 'export'/.test(message))
    return ': the package.json nearest to it has to say "type": "module"';
  return '';
}

const KERNEL = pathToFileURL(join(import.meta.dirname, '../kernel')).href;

/** The first place of a plug-in's own that an error's stack names: `hello/index.ts:3`. */
function placeOf({ stack = '' }: Error): string | undefined {
  // Of what cannot be parsed, Node says the place on a line of its own.
  const parsed = /^(\/.+):(\d+)$/m.exec(stack)?.slice(1);
  const [file, line] = parsed ?? ownPlaces(stack)[0] ?? [];
  return file && `${relative(process.cwd(), file)}:${line}`;
}

function ownPlaces(stack: string): [file: string, line: string][] {
  return [...stack.matchAll(/(file:\/\/\S+?):(\d+)/g)].flatMap(([, url = '', line = '']): [string, string][] =>
    url.startsWith(KERNEL) || url.includes('/node_modules/') ? [] : [[fileURLToPath(url), line]],
  );
}
