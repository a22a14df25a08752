import { defineEntity, p } from '@mikro-orm/core';
import type { Clock } from './clock.ts';
import type { Context, Transaction } from './context.ts';
import { digest } from './crypto.ts';
import { insertNew } from './database/insert-new.ts';
import { badInput, kernelError } from './errors.ts';
import { callerOf } from './identity.ts';

/** What a caller names a write by: the mutation, the caller's own key, and the input it must be repeated with. */
export interface Claim {
  mutation: string;
  /** 1 to 100 characters. */
  key: string;
  input: unknown;
}

/** The id of what a write made or changed, and whether this call was a repeat. */
export interface Outcome {
  id: string;
  repeated: boolean;
}

/** The keys that were used, in the database of the module whose write they name; kept for ever. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    caller: p.string().length(100).primary(),
    mutation: p.string().length(100).primary(),
    key: p.string().length(100).primary(),
    inputHash: p.string().length(43),
    outcome: p.string(),
    createdAt: p.bigint('number'),
  },
});

/** See `Host.outcomeOf`. */
export async function outcomeOf(ctx: Context, claim: Claim): Promise<string | null> {
  const row = await ctx.em.findOne(IdempotencyKey, primaryKey(ctx, claim), { refresh: true });
  if (!row) return null;
  if (row.inputHash !== digest(canonicalJson(claim.input))) throw kernelError('IDEMPOTENCY_KEY_REUSED');
  return row.outcome;
}

/**
 * See `Host.once`. The key's row comes first: a repeat at the same moment waits for it, and finds the outcome when the
 * first transaction has committed. A crash leaves the key and the effect, or neither.
 */
export async function once(tx: Transaction, clock: Clock, claim: Claim, work: () => Promise<string>): Promise<Outcome> {
  const key = primaryKey(tx, claim);
  const row = { ...key, inputHash: digest(canonicalJson(claim.input)), outcome: '', createdAt: clock.now() };
  if (!(await insertNew(tx, IdempotencyKey, row))) return { id: (await outcomeOf(tx, claim)) ?? '', repeated: true };
  const id = await work();
  await tx.em.nativeUpdate(IdempotencyKey, key, { outcome: id });
  return { id, repeated: false };
}

/** See `Host.forget`. `caller` is whose key it is, as `callerOf` names them. */
export async function forget(tx: Transaction, caller: string, { mutation, key }: Omit<Claim, 'input'>): Promise<void> {
  await tx.em.nativeDelete(IdempotencyKey, { caller, mutation, key });
}

function primaryKey(ctx: Context, { mutation, key }: Claim) {
  if (key.length < 1 || key.length > 100) throw badInput('idempotencyKey', 'has 1 to 100 characters');
  return { caller: callerOf(ctx.identity), mutation, key };
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
