import { kernelError } from '../../kernel/errors.ts';
import { present } from '../../kernel/loaders.ts';
import type { Context } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/members.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/members-internal.ts';
import type { Diner, PointsAccount, PointsEntry, PointsTransfer } from './entities.ts';
import { accountById, consentsByDiner, dinerById, staffById, transferById } from './loaders.ts';
import { scopesOf } from './roles.ts';
import { mintDeviceSession, revokeDevice } from './service/devices.ts';
import { signInDiner } from './service/diners.ts';
import { diner, dinerReference, me, staffReference, themselves } from './service/people.ts';
import { adjustPoints, pointsEntries } from './service/points.ts';
import { type Sessions, signOut } from './service/sessions.ts';
import { createStaff, ensureStaff, listStaff, updateStaff } from './service/staff.ts';
import { signInStaff } from './service/staff-sign-in.ts';
import type { MembersHost } from './settings.ts';
import { tierOf, tiers } from './tiers.ts';

/** What is set up once for the process. */
export interface Services {
  host: MembersHost;
  sessions: Sessions;
}

/** The resolvers of schema.graphql. */
export function resolvers(services: Services): Resolvers {
  const { host, sessions } = services;
  return {
    Query: {
      me: (_, _args, ctx) => me(ctx),
      diner: (_, { id }, ctx) => diner(ctx, id),
      tiers: () => tiers,
      staff: (_, args, ctx) => listStaff(ctx, args),
    },
    Mutation: {
      signInDiner: (_, { input }, ctx) => signInDiner(services, ctx, input),
      signInStaff: (_, { input }, ctx) => signInStaff(services, ctx, input),
      refreshSession: (_, { input }, ctx) => sessions.refresh(ctx, input.refreshToken),
      signOut: (_, _args, ctx) => signOut(host, ctx),
      createStaff: async (_, { input }, ctx) => present(staffById(ctx).load(await createStaff(host, ctx, input))),
      updateStaff: async (_, { input }, ctx) => present(staffById(ctx).load(await updateStaff(host, ctx, input))),
      adjustPoints: async (_, { input }, ctx) => present(accountById(ctx).load(await adjustPoints(host, ctx, input))),
    },
    Me: {
      __resolveType: (somebody) =>
        'role' in somebody ? 'StaffMember' : 'registeredAt' in somebody ? 'Diner' : 'PairedDevice',
    },
    SignInDinerResult: {
      __resolveType: (result) => ('accessToken' in result ? 'Session' : 'ConsentRequired'),
    },
    Session: {
      me: ({ principal }, _, ctx) => present(themselves(ctx, principal)),
    },
    Diner: {
      __resolveReference: ({ id }, ctx) => dinerReference(ctx, id),
      tier: async ({ id }, _, ctx) => tierOf((await accountOf(ctx, id)).earned),
      points: (shown, _, ctx) => accountOf(ctx, whole(shown).id),
      consents: (shown, _, ctx) => consentsByDiner(ctx).load(whole(shown).id),
    },
    PointsAccount: {
      entries: ({ id }, args, ctx) => pointsEntries(ctx, id, args),
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

/** The resolvers of internal.graphql. */
export function internalResolvers(services: Services): InternalResolvers {
  const { host } = services;
  return {
    Query: {
      dinerFacts: async (_, { id }, ctx) => {
        const [diner, account] = await Promise.all([dinerById(ctx).load(id), accountById(ctx).load(id)]);
        return diner && account && { id, name: diner.name, tierCode: tierOf(account.earned).code };
      },
    },
    Mutation: {
      mintDeviceSession: (_, device, ctx) => mintDeviceSession(services, ctx, device),
      revokeDevice: (_, { deviceId }, ctx) => revokeDevice(host, ctx, deviceId),
      ensureStaff: (_, applicant, ctx) => ensureStaff(host, ctx, applicant),
    },
  };
}

function accountOf(ctx: Context, dinerId: string): Promise<PointsAccount> {
  return present(accountById(ctx).load(dinerId));
}

function transferOf(ctx: Context, { transferId }: PointsEntry): Promise<PointsTransfer> {
  return present(transferById(ctx).load(transferId));
}

/** Lets points and consents be read only where the diner is shown whole. */
function whole(diner: Diner): Diner {
  if (!diner.whole) throw kernelError('FORBIDDEN', { scope: 'members:read' });
  return diner;
}
