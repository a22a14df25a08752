import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { badInput, kernelError } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import { sessionsEnded } from '../../../kernel/session-cache.ts';
import type { CreateStaffInput, UpdateStaffInput } from '../../../schema/types/members.ts';
import { KnownStoreDocument } from '../../../schema/types/members-asks-menu.ts';
import { SignInGuard, StaffMember } from '../entities.ts';
import { memberError } from '../errors.ts';
import { isRole } from '../roles.ts';
import { hashPin, pinMatches } from './pins.ts';
import { endSessions, enrol } from './sessions.ts';
import { type Applicant, checkedApplicant, checkedPin, checkedStores, MAX_STORES, nameKeyOf } from './staff-rules.ts';

/** Who can take others on: the last of them stays. */
const headquarters = { role: 'HEADQUARTERS', active: true } as const;

/** Takes somebody on; answers their id. Throws STAFF_NAME_TAKEN. */
export async function createStaff(host: Host, ctx: Context, input: CreateStaffInput): Promise<string> {
  requireScope(ctx.identity, 'staff:manage');
  const applicant = checkedApplicant(input);
  // A PIN has too few values for the plain hash that a key's input is kept as, so a repeat is held to it below.
  const { pin, ...claimed } = input;
  const claim = { mutation: 'createStaff', key: input.idempotencyKey, input: claimed };
  const earlier = await host.outcomeOf(ctx, claim);
  if (!earlier) await assertStores(host, ctx, applicant.storeIds);
  const pinHash = earlier ? '' : await hashPin(applicant.pin);
  const { id, repeated } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, () => insert(host, tx, applicant, pinHash)),
  );
  if (repeated) {
    const member = await ctx.em.findOneOrFail(StaffMember, id);
    if (!(await pinMatches(pin, member.pinHash))) throw kernelError('IDEMPOTENCY_KEY_REUSED');
  }
  return id;
}

/** Changes role, stores, PIN or employment and ends open sessions. Throws STAFF_NOT_FOUND or LAST_HEADQUARTERS. */
export async function updateStaff(host: Host, ctx: Context, input: UpdateStaffInput): Promise<string> {
  requireScope(ctx.identity, 'staff:manage');
  const pinHash = input.pin == null ? {} : { pinHash: await hashPin(checkedPin(input.pin)) };
  await assertStores(host, ctx, input.storeIds ?? []);
  await host.transact(ctx, async (tx) => {
    // Locked, so that two who leave at once do not each count on the other to stay.
    await tx.em.find(StaffMember, headquarters, { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
    const member = await tx.em.findOne(StaffMember, input.id);
    if (!member) throw memberError('STAFF_NOT_FOUND', { id: input.id });
    const role = input.role ?? member.role;
    const kept = role === 'HEADQUARTERS' && !input.storeIds ? [] : member.storeIds;
    const storeIds = checkedStores(role, input.storeIds ?? kept);
    const active = input.active ?? member.active;
    await tx.em.nativeUpdate(StaffMember, { id: member.id }, { role, storeIds, active, ...pinHash });
    if ((await tx.em.count(StaffMember, headquarters)) === 0) throw memberError('LAST_HEADQUARTERS');
    // Who could not get in any more gets a new PIN, and need not wait for the lock to open.
    if (input.pin != null) await tx.em.nativeDelete(SignInGuard, { nameKey: member.nameKey });
    await endSessions(tx, member.id);
  });
  await sessionsEnded(host.cache, input.id);
  return input.id;
}

/** The id of the member of staff of a name, taken on now when there is none. */
export async function ensureStaff(
  host: Host,
  ctx: Context,
  { name, pin, role, storeIds }: { name: string; pin: string; role: string; storeIds: readonly string[] },
): Promise<string> {
  if (!isRole(role)) throw badInput('role', 'is not a role');
  const applicant = checkedApplicant({ name, pin, role, storeIds });
  const nameKey = nameKeyOf(applicant.name);
  const known = await ctx.em.findOne(StaffMember, { nameKey });
  if (known) return known.id;
  await assertStores(host, ctx, applicant.storeIds);
  const pinHash = await hashPin(applicant.pin);
  try {
    return await host.transact(ctx, async (tx) => {
      const other = await tx.em.findOne(StaffMember, { nameKey });
      return other?.id ?? insert(host, tx, applicant, pinHash);
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    return (await ctx.em.findOneOrFail(StaffMember, { nameKey })).id;
  }
}

/** The chain's staff, by name. */
export function listStaff(ctx: Context, args: PageArgs): Promise<Connection<StaffMember>> {
  requireScope(ctx.identity, 'staff:manage');
  return page(
    args,
    ({ nameKey }) => nameKey,
    (limit, after) =>
      ctx.em.find(StaffMember, after === null ? {} : { nameKey: { $gt: after } }, {
        orderBy: { nameKey: 'asc' },
        limit,
      }),
  );
}

async function insert(
  host: Host,
  tx: Transaction,
  { name, role, storeIds }: Applicant,
  pinHash: string,
): Promise<string> {
  const id = newId();
  const nameKey = nameKeyOf(name);
  if (await tx.em.findOne(StaffMember, { nameKey })) throw memberError('STAFF_NAME_TAKEN', { name });
  const createdAt = host.clock.now();
  await tx.em.insert(StaffMember, { id, name, nameKey, pinHash, role, storeIds, active: true, createdAt });
  await enrol(tx, 'staff', id);
  return id;
}

async function assertStores(host: Host, ctx: Context, storeIds: readonly string[]): Promise<void> {
  list('storeIds', storeIds, 0, MAX_STORES);
  const known = await Promise.all(storeIds.map((id) => host.ask(ctx, 'menu', KnownStoreDocument, { id })));
  const unknown = storeIds.filter((_, index) => !known[index]?.store);
  if (unknown.length > 0) throw memberError('STORE_NOT_FOUND', { ids: unknown });
}
