import { setTimeout as pause } from 'node:timers/promises';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { SECOND } from '../clock.ts';
import type { Context, Transaction } from '../context.ts';
import { kernelError } from '../errors.ts';
import type { Outbox } from '../events/outbox.ts';
import type { Identity } from '../identity.ts';
import type { LiveChannel, LiveEvent } from '../live/live.ts';
import type { Host } from '../module.ts';
import { inSpan, note, traceparent } from '../telemetry/trace.ts';
import { isContention } from './failures.ts';
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

/** What a transaction sets off once it has committed. */
interface Effects {
  live: LiveEvent[];
  /** Who has an event of it to be delivered. */
  consumers: Set<string>;
}

const effects = new WeakMap<Transaction, Effects>();

function effectsOf(tx: Transaction): Effects {
  const known = effects.get(tx);
  if (!known) throw new Error('there is no open transaction');
  return known;
}

/** How often a transaction that others were in the way of is run. */
const TRIES = 10;
/** How long it is tried at the most, in ms: whoever asked has turned away by then. */
const PATIENCE = 10 * SECOND;
/** How often a transaction that found a key taken is run. */
const LOOKS = 3;
/** The longest of the waits between, in ms: they grow, and are random, so that two do not meet again and again. */
const LONGEST_WAIT = 500;

/**
 * Runs a transaction again while others are in its way: nothing of it was done. UNAVAILABLE when they stay in it. A key
 * that was free when the work looked and taken when it wrote was another's at the same moment: it looks again.
 */
async function untilClear<T>(run: () => Promise<T>): Promise<T> {
  const latest = performance.now() + PATIENCE;
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const overtaken = error instanceof UniqueConstraintViolationException && tries < LOOKS;
      if (!overtaken && !isContention(error)) throw error;
      if (tries === TRIES || performance.now() > latest) throw kernelError('UNAVAILABLE');
      await pause(Math.random() * Math.min(10 * 2 ** tries, LONGEST_WAIT));
    }
  }
}

/** Makes a module's `transact`, `emit` and `publish`: one transaction, then the live events and deliveries it set off. */
export function transactions(
  module: string,
  outbox: Outbox,
  live: LiveChannel,
): Pick<Host, 'transact' | 'emit' | 'publish'> {
  return {
    async transact(ctx, work) {
      assertOutsideTransaction('a second transaction');
      const { identity, signal } = ctx;
      let after: Effects = { live: [], consumers: new Set() };
      const run = () =>
        ctx.em.fork().transactional((em) =>
          insideTransaction(module, () => {
            const tx: Transaction = {
              em: em as EntityManager,
              identity,
              signal,
              loaders: new Map(),
              transaction: true,
            };
            after = { live: [], consumers: new Set() };
            effects.set(tx, after);
            return work(tx);
          }),
        );
      const result = await untilClear(() => inSpan(`transact ${module}`, {}, run));
      // What this unit of work has read before may be stale now.
      ctx.em.clear();
      ctx.loaders.clear();
      const trace = traceparent();
      outsideTransaction(() => {
        for (const event of after.live) live.publish(trace ? { ...event, trace } : event);
        outbox.wake(after.consumers);
      });
      return result;
    },

    async emit(tx, event, subject, payload) {
      // All that happened to one thing is found by its id, in however many traces it was.
      note({ 'dinegraph.aggregate': subject.aggregate });
      const { consumers } = effectsOf(tx);
      for (const consumer of await outbox.put(tx, event, subject, payload)) consumers.add(consumer);
    },

    publish(tx, topic, version, detail) {
      effectsOf(tx).live.push({ topic, version, detail });
    },
  };
}
