import { port } from './ports.ts';

/** The part of the graph that a service elsewhere answers for, whatever it is written in. */
export interface RemotePart {
  /** The plug-in's name, and that of its subgraph. */
  readonly name: string;
  readonly schema: string;
  /** Where it answers GraphQL over HTTP. */
  readonly url: string;
  /** What requests to it are signed with, the newest first. */
  readonly secrets: readonly string[];
  /** What it may learn of others. */
  readonly scopes: readonly string[];
}

/** Knows the remote plug-ins of the product. The one implementation is the plug-in `remote-plugins`. */
export interface RemotePlugins {
  /** The parts of the graph that are to be served now, in the order in which they were registered. */
  parts(): Promise<readonly RemotePart[]>;
}

/** The port by which gateways learn of remote plug-ins. */
export const RemotePlugins = port<RemotePlugins>('RemotePlugins', { looksUp: true });

/** Gateways hear by this topic that the parts are others now. */
export const REMOTE_PLUGINS_CHANGED = 'remote-plugins';

/** Who asks, as far as a remote plug-in may know: who exactly takes the scope `members:read`. */
export const KNOWS_CALLERS = 'members:read';
