import { type Admitted, admit } from '../kernel/graph/admission.ts';
import type { Module } from '../kernel/module.ts';
import { oneLine } from '../kernel/one-line.ts';
import { loadPlugin } from './load-plugin.ts';
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
      unread.set(name, (error as Error).message);
    }
  }
  const { modules: admitted, refused } = await admit(modules, found);
  return { modules: admitted, refused: new Map([...unread, ...refused]) };
}

/** Says on standard error which plug-ins are left out, each with the reason in one line. */
export function sayLeftOut(refused: Iterable<readonly [name: string, reason: string]>): void {
  for (const [name, reason] of refused)
    console.error(`The plug-in ${name} is left out: ${oneLine(reason).replace(/\.$/, '')}.`);
}
