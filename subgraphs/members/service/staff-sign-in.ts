import { text } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { SignInStaffInput } from '../../../schema/types/members.ts';
import { type Session, StaffMember } from '../entities.ts';
import { memberError } from '../errors.ts';
import type { MembersHost } from '../settings.ts';
import { nobodysPin, pinMatches } from './pins.ts';
import { openSession, type Sessions } from './sessions.ts';
import { assertUnlocked, clearFailures, countFailure } from './sign-in-guard.ts';
import { checkedPin, nameKeyOf } from './staff-rules.ts';

/** Signs staff in by name and PIN. Throws SIGN_IN_REFUSED or SIGN_IN_LOCKED, and takes as long for unknown names. */
export async function signInStaff(
  { host, sessions }: { host: MembersHost; sessions: Sessions },
  ctx: Context,
  input: SignInStaffInput,
): Promise<Session> {
  const nameKey = nameKeyOf(text('name', input.name, 1, 64));
  const pin = checkedPin(input.pin);
  await assertUnlocked(host, ctx, nameKey);
  const member = await ctx.em.findOne(StaffMember, { nameKey, active: true });
  const matches = await pinMatches(pin, member?.pinHash ?? nobodysPin);
  // Guesses that were checked side by side are judged here one after the other: none counts behind the lock.
  const grant = await host.transact(ctx, async (tx) => {
    const unchanged = matches && member && { id: member.id, pinHash: member.pinHash, active: true };
    if (unchanged && (await tx.em.count(StaffMember, unchanged)) && (await clearFailures(host, tx, nameKey)))
      return openSession(host, tx, unchanged.id);
    await countFailure(host, tx, nameKey);
    return null;
  });
  if (!grant) throw memberError('SIGN_IN_REFUSED');
  return sessions.sign(grant);
}
