import { kernelError } from '../../kernel/errors.ts';
import { requirePerson } from '../../kernel/identity.ts';
import type { Context } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/members.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/members-internal.ts';
import type { Diner, PointsAccount, PointsEntry, PointsTransfer } from './entities.ts';
import { accountById, consentsByDiner, dinerById, staffById, transferById } from './loaders.ts';
import { scopesOf } from './roles.ts';
import type { Services } from './service/index.ts';
import { diner, dinerReference, me, staffReference, themselves } from './service/people.ts';
import { tierOf, tiers } from './tiers.ts';

/** The resolvers of members' part of the public graph. */
export function resolversOf({ staff, diners, points, sessions, signInStaff, signOut }: Services): Resolvers {
  return {
    Query: {
      me: (_, _args, ctx) => me(ctx),
      diner: (_, { id }, ctx) => diner(ctx, id),
      tiers: () => tiers,
      staff: (_, args, ctx) => staff.list(ctx, args),
    },
    Mutation: {
      signInDiner: (_, { input }, ctx) => diners.signIn(ctx, input),
      signInStaff: (_, { input }, ctx) => signInStaff(ctx, input),
      refreshSession: (_, { input }, ctx) => sessions.refresh(ctx, input.refreshToken),
      signOut: (_, _args, ctx) => signOut(ctx, requirePerson(ctx.identity).id),
      createStaff: async (_, { input }, ctx) => found(staffById(ctx).load(await staff.create(ctx, input))),
      updateStaff: async (_, { input }, ctx) => found(staffById(ctx).load(await staff.update(ctx, input))),
      adjustPoints: async (_, { input }, ctx) => found(accountById(ctx).load(await points.adjust(ctx, input))),
    },
    Me: {
      __resolveType: (somebody) =>
        'role' in somebody ? 'StaffMember' : 'registeredAt' in somebody ? 'Diner' : 'PairedDevice',
    },
    SignInDinerResult: {
      __resolveType: (result) => ('accessToken' in result ? 'Session' : 'ConsentRequired'),
    },
    Session: {
      me: ({ principal }, _, ctx) => found(themselves(ctx, principal)),
    },
    Diner: {
      __resolveReference: ({ id }, ctx) => dinerReference(ctx, id),
      tier: async ({ id }, _, ctx) => tierOf((await accountOf(ctx, id)).earned),
      points: (shown, _, ctx) => accountOf(ctx, whole(shown).id),
      consents: (shown, _, ctx) => consentsByDiner(ctx).load(whole(shown).id),
    },
    PointsAccount: {
      entries: ({ id }, args, ctx) => points.entries(ctx, id, args),
    },
    PointsEntry: {
      kind: async (entry, _, ctx) => (await transferOf(ctx, entry)).kind,
      reference: async (entry, _, ctx) => (await transferOf(ctx, entry)).reference,
      at: async (entry, _, ctx) => (await transferOf(ctx, entry)).at,
    },
    StaffMember: {
      __resolveReference: ({ id }, ctx) => staffReference(ctx, id),
      scopes: ({ role }) => scopesOf(role),
      stores: ({ storeIds }) => storeIds.map((id) => ({ id })),
    },
  };
}

/** The resolvers of what sister modules may ask. */
export function internalResolversOf({ staff, devices }: Services): InternalResolvers {
  return {
    Query: {
      dinerFacts: async (_, { id }, ctx) => {
        const [diner, account] = await Promise.all([dinerById(ctx).load(id), accountById(ctx).load(id)]);
        return diner && account && { id, name: diner.name, tierCode: tierOf(account.earned).code };
      },
    },
    Mutation: {
      mintDeviceSession: (_, device, ctx) => devices.mintSession(ctx, device),
      revokeDevice: (_, { deviceId }, ctx) => devices.revoke(ctx, deviceId),
      ensureStaff: (_, applicant, ctx) => staff.ensure(ctx, applicant),
    },
  };
}

function accountOf(ctx: Context, dinerId: string): Promise<PointsAccount> {
  return found(accountById(ctx).load(dinerId));
}

function transferOf(ctx: Context, { transferId }: PointsEntry): Promise<PointsTransfer> {
  return found(transferById(ctx).load(transferId));
}

/** Lets points and consents be read only where the diner is shown whole. */
function whole(diner: Diner): Diner {
  if (!diner.whole) throw kernelError('FORBIDDEN', { scope: 'members:read' });
  return diner;
}

/** What must be there, because this module has just written it or another row of it says so. */
async function found<T>(row: Promise<T | null>): Promise<T> {
  const value = await row;
  if (value === null) throw new Error('a row of members is missing');
  return value;
}
