import type { Context, Host } from '../../../kernel/module.ts';
import { DeviceGrant, Principal, type Session } from '../entities.ts';
import type { Sessions } from './sessions.ts';

/** What the module that pairs devices asks of members. */
export interface DeviceService {
  /** Opens the session of a paired device; older ones of it end. */
  mintSession(ctx: Context, device: { deviceId: string; storeId: string; scopes: readonly string[] }): Promise<Session>;
  /** Ends the sessions of a device; false when it never had one. */
  revoke(ctx: Context, deviceId: string): Promise<boolean>;
}

/** Makes the use cases about paired devices. */
export function deviceService(host: Host, sessions: Sessions): DeviceService {
  return {
    async mintSession(ctx, { deviceId, storeId, scopes }) {
      const grant = await host.transact(ctx, async (tx) => {
        await tx.em.upsert(DeviceGrant, { deviceId, storeId, scopes: [...scopes] });
        if (await tx.em.findOne(Principal, deviceId)) await sessions.endAll(tx, deviceId);
        else await sessions.enrol(tx, 'device', deviceId);
        return sessions.open(tx, deviceId);
      });
      return sessions.sign(grant);
    },

    revoke(ctx, deviceId) {
      return host.transact(ctx, async (tx) => {
        await tx.em.nativeDelete(DeviceGrant, { deviceId });
        return sessions.endAll(tx, deviceId);
      });
    },
  };
}
