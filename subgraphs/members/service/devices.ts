import type { Context, Host } from '../../../kernel/module.ts';
import { sessionsEnded } from '../../../kernel/session-cache.ts';
import { DeviceGrant, Principal, type Session } from '../entities.ts';
import type { MembersHost } from '../settings.ts';
import { endSessions, enrol, openSession, type Sessions } from './sessions.ts';

/** Opens the session of a paired device; older ones of it end. */
export async function mintDeviceSession(
  { host, sessions }: { host: MembersHost; sessions: Sessions },
  ctx: Context,
  { deviceId, storeId, scopes }: { deviceId: string; storeId: string; scopes: readonly string[] },
): Promise<Session> {
  const grant = await host.transact(ctx, async (tx) => {
    await tx.em.upsert(DeviceGrant, { deviceId, storeId, scopes: [...scopes] });
    if (await tx.em.findOne(Principal, deviceId)) await endSessions(tx, deviceId);
    else await enrol(tx, 'device', deviceId);
    return openSession(host, tx, deviceId);
  });
  await sessionsEnded(host.cache, deviceId);
  return sessions.sign(grant);
}

/** Ends the sessions of a device; false when it never had one. */
export async function revokeDevice(host: Host, ctx: Context, deviceId: string): Promise<boolean> {
  const known = await host.transact(ctx, async (tx) => {
    await tx.em.nativeDelete(DeviceGrant, { deviceId });
    return endSessions(tx, deviceId);
  });
  await sessionsEnded(host.cache, deviceId);
  return known;
}
