import type { DocumentNode } from 'graphql';
import type { OuterIdentity } from '../kernel/identity.ts';
import type { LiveEvent } from '../kernel/live/live.ts';

/** What an operation carries through the gateway to the subgraphs. */
export interface GraphContext {
  identity: OuterIdentity;
  /** Looks again whether the token is still good; what lasts (a socket, a stream) asks before each frame. */
  verify(): Promise<OuterIdentity>;
  /** When the token that the client came with ends by itself, in epoch milliseconds; undefined when it does not say. */
  until?: number | undefined;
  /** Where the client is, by its IP address. */
  address?: string | undefined;
  /** Those that the client came with. */
  headers?: Pick<Headers, 'get'> | undefined;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
  /** Counts for the caller that so many selections are planned anew. Throws when that is too much; left out, all may be. */
  mayPlan?(selections: number): Promise<void>;
  /** For a subscription: the change that is to be shown. */
  event?: LiveEvent | undefined;
}

/** An operation that has been parsed and validated against the public schema. */
export interface ExecuteArgs {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
  context: GraphContext;
}
