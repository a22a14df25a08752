import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Admitted, admit } from '../kernel/graph/admission.ts';
import type { Module } from '../kernel/module.ts';
import { plainMessage } from '../kernel/telemetry/plain-error.ts';
import { readDeclaration } from './declaration.ts';
import { modules } from './modules.ts';

/**
 * The product's own modules and the plug-ins that are named: folders, files or installed packages, as seen from the
 * folder where the command was given. A plug-in that cannot be loaded is left out, with the reason.
 */
export async function productWith(named: readonly string[]): Promise<Admitted> {
  if (named.length === 0) return { modules, refused: new Map() };
  const found: Module[] = [];
  const unread = new Map<string, string>();
  for (const name of named) {
    try {
      found.push(await loadPlugin(name));
    } catch (error) {
      unread.set(name, plainMessage(error));
    }
  }
  const { modules: admitted, refused } = await admit(modules, found);
  return { modules: admitted, refused: new Map([...unread, ...refused]) };
}

/** What a plug-in's folder begins with where it is being written: its source goes before what was built of it. */
const SOURCE = 'index.ts';

/** A plug-in by its folder, file or package. Throws an Error that says why there is none. */
export async function loadPlugin(named: string): Promise<Module> {
  const file = fileOf(named);
  if (file.endsWith('.json')) return readDeclaration(readFileSync(file, 'utf8'));
  const { default: plugin } = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (!isModule(plugin)) throw new Error('its default export is no plug-in: export default definePlugin({ ... })');
  return plugin;
}

function fileOf(named: string): string {
  const path = resolve(named);
  const isPath = /^[./]/.test(named) || existsSync(path);
  if (!isPath) return createRequire(join(process.cwd(), 'package.json')).resolve(named);
  if (!existsSync(path)) throw new Error('there is no such file or folder');
  if (statSync(path).isFile()) return path;
  if (existsSync(join(path, SOURCE))) return join(path, SOURCE);
  try {
    return createRequire(join(path, 'package.json')).resolve(path);
  } catch {
    throw new Error(`the folder has no ${SOURCE}, and its package.json names no file that is there`);
  }
}

function isModule(plugin: unknown): plugin is Module {
  const { name, setup } = (plugin ?? {}) as Partial<Module>;
  return typeof name === 'string' && typeof setup === 'function';
}
