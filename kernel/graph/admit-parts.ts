import type { Module } from '../module.ts';
import { partUnfit, reasonsOf } from './admission.ts';
import { compose } from './compose.ts';
import type { PartAdder } from './trespass.ts';

/** A graph, and the remote plug-ins that are not in it, each with the reason in one line. */
export interface ComposedGraph {
  readonly supergraph: string;
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Composes modules with remote plug-ins that were found to fit when they were registered. When one does not fit any more,
 * because the product has changed, the graph is made without it. Throws when the modules alone make none.
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
  try {
    return { supergraph: await compose([...modules, ...taken], known), refused };
  } catch (error) {
    if (taken.length === 0) throw error;
  }
  // Rare, so that it may take long: each is tried upon those before it.
  let supergraph = await compose(modules);
  const fitting: PartAdder[] = [];
  for (const part of taken) {
    try {
      supergraph = await compose([...modules, ...fitting, part]);
      fitting.push(part);
    } catch (error) {
      refused.set(part.name, reasonsOf(error));
    }
  }
  return { supergraph, refused };
}
