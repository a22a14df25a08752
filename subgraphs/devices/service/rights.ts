import { kernelError } from '../../../kernel/errors.ts';
import { hasScope, personOf, requireScope } from '../../../kernel/identity.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { KnownStoreDocument } from '../../../schema/types/devices-asks-menu.ts';
import { isActive, type KitchenOrder, type PairedDevice, type Station } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { deviceById } from '../loaders.ts';

/**
 * Requires a right in a store's kitchen. A device is looked up as well: one that was unpaired loses its right at once,
 * also in a subscription that began before. Throws UNAUTHENTICATED or FORBIDDEN.
 */
export async function requireKitchen(
  ctx: Context,
  scope: 'kitchen:read' | 'kitchen:work',
  storeId: string,
): Promise<void> {
  requireScope(ctx.identity, scope, storeId);
  if (await isUnpaired(ctx)) throw kernelError('UNAUTHENTICATED', { scope });
}

/** Whether somebody may see a store's stations: whom `requireKitchen` lets read there. */
export async function maySeeStation(ctx: Context, { storeId }: Station): Promise<boolean> {
  return hasScope(ctx.identity, 'kitchen:read', storeId) && !(await isUnpaired(ctx));
}

async function isUnpaired(ctx: Context): Promise<boolean> {
  const person = personOf(ctx.identity);
  if (person.kind !== 'device') return false;
  const device = await deviceById(ctx).load(person.id);
  return !device || !isActive(device);
}

/** Whether somebody may see an order's tickets: its diner, and staff and devices of the store. */
export function maySeeTickets(ctx: Context, { storeId, dinerId }: KitchenOrder): boolean {
  const person = personOf(ctx.identity);
  if (person.kind === 'diner') return person.id === dinerId;
  return hasScope(ctx.identity, 'kitchen:read', storeId) || hasScope(ctx.identity, 'orders:read', storeId);
}

/** Whether somebody may see a device: itself, and who manages its store's devices. */
export function maySeeDevice(ctx: Context, { id, storeId }: PairedDevice): boolean {
  const person = personOf(ctx.identity);
  return (person.kind === 'device' && person.id === id) || hasScope(ctx.identity, 'devices:manage', storeId);
}

/** Requires devices:manage for a store that exists; headquarters may name any. Throws STORE_NOT_FOUND. */
export async function requireManagedStore(host: Host, ctx: Context, storeId: string): Promise<void> {
  requireScope(ctx.identity, 'devices:manage', storeId);
  const { store } = await host.ask(ctx, 'menu', KnownStoreDocument, { id: storeId });
  if (!store) throw deviceError('STORE_NOT_FOUND', { storeId });
}
