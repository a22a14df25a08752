import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { badInput, kernelError } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, text } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CreateStaffInput, SignInStaffInput, UpdateStaffInput } from '../../../schema/types/members.ts';
import { type Session, StaffMember } from '../entities.ts';
import { memberError } from '../errors.ts';
import { isRole, type Role } from '../roles.ts';
import { hashPin, nobodysPin, pinMatches } from './pins.ts';
import type { Sessions } from './sessions.ts';
import { assertUnlocked, clearFailures, countFailure } from './sign-in-guard.ts';

/** The most stores that one member of staff may hold a role at: their token names each. */
const MAX_STORES = 100;

/** A new member of staff whose input is checked. */
interface Applicant {
  name: string;
  pin: string;
  role: Role;
  storeIds: string[];
}

/** What can be done about staff. */
export interface StaffService {
  /** Signs in by name and PIN. Throws SIGN_IN_REFUSED or SIGN_IN_LOCKED. */
  signIn(ctx: Context, input: SignInStaffInput): Promise<Session>;
  /** Takes somebody on; answers their id. Throws STAFF_NAME_TAKEN. */
  create(ctx: Context, input: CreateStaffInput): Promise<string>;
  /** Changes role, stores or employment and ends open sessions. Throws STAFF_NOT_FOUND or LAST_HEADQUARTERS. */
  update(ctx: Context, input: UpdateStaffInput): Promise<string>;
  /** The id of the member of staff of a name, taken on now when there is none. */
  ensure(
    ctx: Context,
    applicant: { name: string; pin: string; role: string; storeIds: readonly string[] },
  ): Promise<string>;
  /** The chain's staff, by name. */
  list(ctx: Context, args: PageArgs): Promise<Connection<StaffMember>>;
}

/** Makes the use cases about staff. */
export function staffService(host: Host, sessions: Sessions): StaffService {
  async function insert(tx: Transaction, { name, role, storeIds }: Applicant, pinHash: string): Promise<string> {
    const id = newId();
    const nameKey = keyOf(name);
    if (await tx.em.findOne(StaffMember, { nameKey })) throw memberError('STAFF_NAME_TAKEN', { name });
    const createdAt = host.clock.now();
    await tx.em.insert(StaffMember, { id, name, nameKey, pinHash, role, storeIds, active: true, createdAt });
    await sessions.enrol(tx, 'staff', id);
    return id;
  }

  return {
    async signIn(ctx, input) {
      const nameKey = keyOf(text('name', input.name, 1, 64));
      const pin = checkedPin(input.pin);
      await assertUnlocked(host, ctx, nameKey);
      const member = await ctx.em.findOne(StaffMember, { nameKey, active: true });
      const matches = await pinMatches(pin, member?.pinHash ?? nobodysPin);
      // Guesses that were checked side by side are judged here one after the other: none counts behind the lock.
      const grant = await host.transact(ctx, async (tx) => {
        const present = matches && member && (await tx.em.findOne(StaffMember, { id: member.id, active: true }));
        if (present && (await clearFailures(host, tx, nameKey))) return sessions.open(tx, present.id);
        await countFailure(host, tx, nameKey);
        return null;
      });
      if (grant) return sessions.sign(grant);
      throw memberError('SIGN_IN_REFUSED');
    },

    async create(ctx, input) {
      requireScope(ctx.identity, 'staff:manage');
      const applicant = checkedApplicant(input);
      // A PIN has too few values for the plain hash that a key's input is kept as, so a repeat is held to it below.
      const { pin, ...claimed } = input;
      const claim = { mutation: 'createStaff', key: input.idempotencyKey, input: claimed };
      const earlier = await host.outcomeOf(ctx, claim);
      const pinHash = earlier ? '' : await hashPin(applicant.pin);
      const { id, repeated } = await host.transact(ctx, (tx) =>
        host.once(tx, claim, () => insert(tx, applicant, pinHash)),
      );
      if (repeated) {
        const member = await ctx.em.findOneOrFail(StaffMember, id);
        if (!(await pinMatches(pin, member.pinHash))) throw kernelError('IDEMPOTENCY_KEY_REUSED');
      }
      return id;
    },

    async update(ctx, input) {
      requireScope(ctx.identity, 'staff:manage');
      await host.transact(ctx, async (tx) => {
        const member = await tx.em.findOne(StaffMember, input.id);
        if (!member) throw memberError('STAFF_NOT_FOUND', { id: input.id });
        const role = input.role ?? member.role;
        const kept = role === 'HEADQUARTERS' && !input.storeIds ? [] : member.storeIds;
        const storeIds = checkedStores(role, input.storeIds ?? kept);
        const active = input.active ?? member.active;
        await tx.em.nativeUpdate(StaffMember, { id: member.id }, { role, storeIds, active });
        if ((await tx.em.count(StaffMember, { role: 'HEADQUARTERS', active: true })) === 0)
          throw memberError('LAST_HEADQUARTERS');
        await sessions.endAll(tx, member.id);
      });
      return input.id;
    },

    async ensure(ctx, { name, pin, role, storeIds }) {
      if (!isRole(role)) throw badInput('role', 'is not a role');
      const applicant = checkedApplicant({ name, pin, role, storeIds });
      const nameKey = keyOf(applicant.name);
      const known = await ctx.em.findOne(StaffMember, { nameKey });
      if (known) return known.id;
      const pinHash = await hashPin(applicant.pin);
      try {
        return await host.transact(ctx, async (tx) => {
          const other = await tx.em.findOne(StaffMember, { nameKey });
          return other?.id ?? insert(tx, applicant, pinHash);
        });
      } catch (error) {
        if (!(error instanceof UniqueConstraintViolationException)) throw error;
        return (await ctx.em.findOneOrFail(StaffMember, { nameKey })).id;
      }
    },

    list(ctx, args) {
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
    },
  };
}

function checkedApplicant(input: Omit<CreateStaffInput, 'idempotencyKey'>): Applicant {
  return {
    name: text('name', input.name, 1, 64),
    pin: checkedPin(input.pin),
    role: input.role,
    storeIds: checkedStores(input.role, input.storeIds ?? []),
  };
}

function checkedPin(pin: string): string {
  if (!/^\d{4,12}$/.test(pin)) throw badInput('pin', 'has 4 to 12 digits');
  return pin;
}

function checkedStores(role: Role, storeIds: readonly string[]): string[] {
  if (role === 'HEADQUARTERS') list('storeIds', storeIds, 0, 0);
  else list('storeIds', storeIds, 1, MAX_STORES);
  return [...new Set(storeIds.map((id) => text('storeIds', id, 1, 64)))];
}

/** A name as names are compared: case, width and runs of spaces make no difference. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}
