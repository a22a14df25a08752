import type { EntityManager } from '@mikro-orm/sql';
import type { Context, Transaction } from './context.ts';
import type { Identity } from './identity.ts';
import type { LiveChannel, LiveEvent } from './live.ts';
import type { Host } from './module.ts';
import type { Outbox } from './outbox.ts';
import { assertOutsideTransaction, insideTransaction, outsideTransaction } from './transaction-guard.ts';

const never = new AbortController().signal;

/** Makes units of work on a database; the entity manager is forked when it is first used. */
export function contextFactory(fork: () => EntityManager) {
  return (identity: Identity, signal: AbortSignal = never): Context => {
    let manager: EntityManager | undefined;
    return {
      get em() {
        assertOutsideTransaction('reading beside the transaction');
        manager ??= fork();
        return manager;
      },
      identity,
      signal,
      loaders: new Map(),
    };
  };
}

/** What each open transaction will publish once it has committed. */
const published = new WeakMap<Transaction, LiveEvent[]>();

/** See `Host.publish`. */
export function publish(tx: Transaction, event: LiveEvent): void {
  const events = published.get(tx);
  if (!events) throw new Error('publishing without an open transaction');
  events.push(event);
}

/** Makes a module's `transact`: one transaction, then the live events and the deliveries that it set off. */
export function transactor(module: string, outbox: Outbox, live: LiveChannel): Host['transact'] {
  return async (ctx, work) => {
    const events: LiveEvent[] = [];
    const result = await ctx.em.fork().transactional((em) =>
      insideTransaction(module, () => {
        const { identity, signal } = ctx;
        const tx: Transaction = { em: em as EntityManager, identity, signal, loaders: new Map(), transaction: true };
        published.set(tx, events);
        return work(tx);
      }),
    );
    // What this unit of work has read before may be stale now.
    ctx.em.clear();
    ctx.loaders.clear();
    outsideTransaction(() => {
      for (const event of events) live.publish(event);
      outbox.wake();
    });
    return result;
  };
}
