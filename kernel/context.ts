import type { EntityManager } from '@mikro-orm/sql';
import type DataLoader from 'dataloader';
import type { Identity } from './identity.ts';

/** One unit of work: a request's part in one module, an event's handling, a run of a job. */
export interface Context {
  /** Reads; writing goes through `host.transact`. */
  readonly em: EntityManager;
  readonly identity: Identity;
  /** Batches of this unit of work; reached through `loader` of loaders.ts. */
  readonly loaders: Map<object, DataLoader<string, unknown>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A context whose `em` is an open transaction. Only `host.transact` makes one. */
export interface Transaction extends Context {
  readonly transaction: true;
}
