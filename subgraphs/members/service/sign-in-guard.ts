import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import { ensureRow } from '../../../kernel/database/insert-new.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { SignInGuard } from '../entities.ts';
import { memberError } from '../errors.ts';

/** After so many failures in a row a name is locked. */
const MAX_FAILURES = 5;
const LOCK = 5 * MINUTE;

/** Throws SIGN_IN_LOCKED, with `retryAfter` in seconds, while a name is locked. */
export async function assertUnlocked(host: Host, ctx: Context, nameKey: string): Promise<void> {
  const guard = await ctx.em.findOne(SignInGuard, nameKey, { refresh: true });
  const left = (guard?.lockedUntil ?? 0) - host.clock.now();
  if (left > 0) throw memberError('SIGN_IN_LOCKED', { retryAfter: Math.ceil(left / SECOND) });
}

/** Counts a failure under a name, whether or not anybody bears it; the last one allowed locks it. */
export async function countFailure(host: Host, tx: Transaction, nameKey: string): Promise<void> {
  const now = host.clock.now();
  await ensureRow(tx, SignInGuard, { nameKey, failures: 0, lockedUntil: 0, lastAt: now });
  // The lock is set first: it looks at the failures before this one on every database.
  await tx.em.execute(
    `update sign_in_guard set locked_until = case when failures + 1 >= ${MAX_FAILURES} then ? else 0 end,
       failures = case when failures + 1 >= ${MAX_FAILURES} then 0 else failures + 1 end, last_at = ?
     where name_key = ? and locked_until <= ?`,
    [now + LOCK, now, nameKey, now],
    'run',
  );
}

/** Forgets the failures of a name that has signed in; false when it was locked meanwhile, which refuses the sign-in. */
export async function clearFailures(host: Host, tx: Transaction, nameKey: string): Promise<boolean> {
  const now = host.clock.now();
  if (await tx.em.findOne(SignInGuard, { nameKey, lockedUntil: { $gt: now } })) return false;
  await tx.em.nativeDelete(SignInGuard, { nameKey });
  return true;
}

/** Removes the counts of names that nobody has tried for a day. */
export async function purgeGuards(host: Host, ctx: Context): Promise<void> {
  const yesterday = host.clock.now() - 24 * 60 * MINUTE;
  await host.transact(ctx, (tx) => tx.em.nativeDelete(SignInGuard, { lastAt: { $lt: yesterday } }));
}
