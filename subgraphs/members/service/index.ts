import type { Context, Host } from '../../../kernel/module.ts';
import type { SignInStaffInput } from '../../../schema/types/members.ts';
import type { Session } from '../entities.ts';
import type { MemberSettings } from '../settings.ts';
import { type DeviceService, deviceService } from './devices.ts';
import { type DinerService, dinerService } from './diners.ts';
import { type Keyring, openKeyring } from './keys.ts';
import { type PointsService, pointsService } from './points.ts';
import { type Sessions, sessionsOf } from './sessions.ts';
import { purgeGuards } from './sign-in-guard.ts';
import { type StaffService, staffService } from './staff.ts';
import { signInStaff } from './staff-sign-in.ts';
import { tokenMint } from './tokens.ts';

/** The use cases of members. */
export interface Services {
  keys: Keyring;
  sessions: Sessions;
  staff: StaffService;
  diners: DinerService;
  devices: DeviceService;
  points: PointsService;
  signInStaff(ctx: Context, input: SignInStaffInput): Promise<Session>;
  /** Ends every session of a person. */
  signOut(ctx: Context, id: string): Promise<boolean>;
  /** Removes expired sessions and forgotten sign-in failures. */
  purge(ctx: Context): Promise<void>;
}

/** Makes the use cases of members on its host. */
export async function servicesOf(host: Host<MemberSettings>): Promise<Services> {
  const keys = await openKeyring(host);
  const sessions = sessionsOf(host, tokenMint(keys, host.clock, host.settings));
  return {
    keys,
    sessions,
    staff: staffService(host, sessions),
    diners: dinerService(host, sessions),
    devices: deviceService(host, sessions),
    points: pointsService(host),
    signInStaff: (ctx, input) => signInStaff(host, sessions, ctx, input),
    signOut: (ctx, id) => host.transact(ctx, (tx) => sessions.endAll(tx, id)),
    async purge(ctx) {
      await sessions.purge(ctx);
      await purgeGuards(host, ctx);
    },
  };
}
