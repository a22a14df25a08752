import { randomBytes } from 'node:crypto';
import { MINUTE } from '../../../kernel/clock.ts';
import { ensureRow } from '../../../kernel/database/insert-new.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { ClaimPairingInput, CreatePairingInput, UnpairDeviceInput } from '../../../schema/types/devices.ts';
import { MintDeviceSessionDocument, RevokeDeviceDocument } from '../../../schema/types/devices-asks-members.ts';
import { PairedDevice, PairingCode } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { deviceById } from '../loaders.ts';
import { guessLimit, hashOfCode, pairingCode } from '../pairing-code.ts';
import { kitchenHasChanged } from './feed.ts';
import { maySeeDevice, requireManagedStore } from './rights.ts';
import { requireStation } from './stations.ts';

/** How long a code is good for, in milliseconds. */
const CODE_LIFETIME = 10 * MINUTE;
/** What a paired screen may do in its store. */
const screenScopes = ['kitchen:read', 'kitchen:work'];

/** What makes and trades pairing codes in one process. */
export type Pairing = ReturnType<typeof pairing>;

/** The use cases of pairing for one process, which share a secret. */
export function pairing(host: Host) {
  const secret = randomBytes(32);
  const limit = guessLimit(host);

  return {
    /** Makes a device and the code that pairs it. A repeat answers with the same device and a code for it. */
    async create(ctx: Context, input: CreatePairingInput) {
      const { storeId, idempotencyKey, stationId = null } = input;
      await requireManagedStore(host, ctx, storeId);
      await requireStation(ctx, storeId, stationId);
      const name = text('name', input.name, 1, 60);
      const { id } = await host.transact(ctx, async (tx) => {
        const outcome = await host.once(tx, { mutation: 'createPairing', key: idempotencyKey, input }, async () => {
          const id = newId();
          const pairBy = host.clock.now() + CODE_LIFETIME;
          await tx.em.insert(PairedDevice, { id, storeId, stationId, name, pairBy, pairedAt: null, unpairedAt: null });
          return id;
        });
        // After a restart the secret is another, and so is the code: both pair the same device, once.
        const codeHash = hashOfCode(pairingCode(secret, outcome.id));
        await ensureRow(tx, PairingCode, { codeHash, deviceId: outcome.id });
        return outcome;
      });
      const device = await ctx.em.findOneOrFail(PairedDevice, id);
      return { code: pairingCode(secret, id), expiresAt: device.pairBy, device };
    },

    /**
     * Trades a code for a session. The code is used up before the session is asked for, so no code ever makes two;
     * a device whose answer was lost on the way is paired anew. Throws PAIRING_CODE_REFUSED.
     */
    async claim(ctx: Context, { code }: ClaimPairingInput) {
      const attempt = await limit.attempt();
      const known = await ctx.em.findOne(PairingCode, hashOfCode(code));
      if (!known || !(await useUp(host, ctx, known.deviceId))) throw deviceError('PAIRING_CODE_REFUSED');
      await attempt.right();
      const device = await ctx.em.findOneOrFail(PairedDevice, known.deviceId);
      const { mintDeviceSession: session } = await host.ask(ctx, 'members', MintDeviceSessionDocument, {
        deviceId: device.id,
        storeId: device.storeId,
        scopes: screenScopes,
      });
      return { ...session, expiresAt: Date.parse(session.expiresAt), device };
    },
  };
}

/** Ends a device's right for good; a repeat changes nothing. Throws DEVICE_NOT_FOUND. */
export async function unpairDevice(host: Host, ctx: Context, { id }: UnpairDeviceInput): Promise<PairedDevice> {
  const device = await ctx.em.findOne(PairedDevice, id);
  if (!device) throw deviceError('DEVICE_NOT_FOUND', { id });
  const { storeId } = device;
  requireScope(ctx.identity, 'devices:manage', storeId);
  await host.transact(ctx, async (tx) => {
    const paired = { id, unpairedAt: null };
    const ended = await tx.em.nativeUpdate(PairedDevice, paired, { unpairedAt: host.clock.now() });
    // A screen that is listening finds out now, not with the next ticket.
    if (ended === 1) await kitchenHasChanged(host, tx, storeId, []);
  });
  await host.ask(ctx, 'members', RevokeDeviceDocument, { deviceId: id });
  return ctx.em.findOneOrFail(PairedDevice, id);
}

/** Marks a device as paired, if its code still waits; false when it does not. */
async function useUp(host: Host, ctx: Context, id: string): Promise<boolean> {
  const now = host.clock.now();
  const waiting = { id, pairedAt: null, unpairedAt: null, pairBy: { $gt: now } };
  return (await host.transact(ctx, (tx) => tx.em.nativeUpdate(PairedDevice, waiting, { pairedAt: now }))) === 1;
}

/** Every device that a store has made a code for, by name. */
export async function devicesOf(ctx: Context, storeId: string): Promise<PairedDevice[]> {
  requireScope(ctx.identity, 'devices:manage', storeId);
  return ctx.em.find(PairedDevice, { storeId }, { orderBy: { name: 'asc', id: 'asc' } });
}

/** A device, to whoever may see it. */
export async function visibleDevice(ctx: Context, id: string): Promise<PairedDevice | null> {
  const device = await deviceById(ctx).load(id);
  return device && maySeeDevice(ctx, device) ? device : null;
}
