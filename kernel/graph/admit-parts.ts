import type { Module } from '../module.ts';
import { partUnfit, reasonsOf } from './admission.ts';
import { compose, type SubgraphSource } from './compose.ts';
import type { PartAdder } from './trespass.ts';

/** A graph, and the plug-ins that are not in it, each with the reason in one line. */
export interface ComposedGraph {
  readonly supergraph: string;
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Composes modules with remote plug-ins that were found to fit when they were registered. When one does not fit any more,
 * because the product has changed, the graph is made without it; the same holds for a plug-in among the modules that
 * builds on one which is switched off. Throws when the product's own modules make none.
 */
export async function admitParts(
  modules: readonly Module[],
  remote: readonly PartAdder[],
  known: string,
): Promise<ComposedGraph> {
  const refused = new Map<string, string>();
  const taken: PartAdder[] = [];
  for (const part of remote) {
    const reason = partUnfit(part, [...modules, ...taken]);
    if (reason === undefined) taken.push(part);
    else refused.set(part.name, reason);
  }
  const whole = await composed([...modules, ...taken], known);
  if (typeof whole === 'string') return { supergraph: whole, refused };
  // Rare, so that it may take long: each is tried upon those before it.
  const own = taken.length > 0 ? await composed(modules) : whole;
  const isPlugin = ({ contract }: Module) => contract !== undefined;
  const fitting: PartAdder[] = typeof own === 'string' ? [...modules] : modules.filter((one) => !isPlugin(one));
  const waiting: PartAdder[] = typeof own === 'string' ? taken : [...modules.filter(isPlugin), ...taken];
  let supergraph = typeof own === 'string' ? own : await compose(fitting);
  // One may build on another that is behind it.
  for (let before = -1; before < fitting.length; ) {
    before = fitting.length;
    for (const part of waiting.filter((one) => one.schema && !fitting.includes(one))) {
      const found = await composed([...fitting, part]);
      if (typeof found === 'string') {
        supergraph = found;
        fitting.push(part);
        refused.delete(part.name);
      } else refused.set(part.name, reasonsOf(found));
    }
  }
  return { supergraph, refused };
}

/** The supergraph, or why there is none. */
function composed(parts: readonly SubgraphSource[], known?: string): Promise<string | Error> {
  return compose(parts, known).catch((error: Error) => error);
}
