import type { Executor } from '../executor.ts';
import type { OuterIdentity } from '../identity.ts';
import type { Offer } from '../ports.ts';

/** The modules that other processes host, as they are reached from this one. */
export interface Remote {
  /** A module's part of the public graph. */
  subgraph(module: string): Executor;
  /** What a module lets its sisters ask. */
  internal(module: string): Executor;
  /** A module's implementation of a port: every property is a function that calls it. */
  port(module: string, offer: Offer): object;
  /** Whether a module provides what it declares to. Rejects when it cannot be asked. */
  provides(module: string, offer: Offer): Promise<boolean>;
  /** Passes a request on to a module's own route, and its answer back, byte for byte. */
  route(module: string, request: Request, identity: OuterIdentity): Promise<Response>;
  close(): Promise<void>;
}
