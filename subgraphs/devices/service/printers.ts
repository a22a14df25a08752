import { badInput, kernelError } from '../../../kernel/errors.ts';
import { hasScope, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, text, whole } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { RemovePrinterInput, SetPrinterInput } from '../../../schema/types/devices.ts';
import { deviceError } from '../errors.ts';
import { printerById } from '../loaders.ts';
import { PrinterDriver } from '../ports.ts';
import { Printer } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';
import { ensureKitchen } from './feed.ts';
import { assertRoutesFree, takeWaiting, tellOf } from './printer-routes.ts';
import { requireManagedStore } from './rights.ts';
import { requireStation } from './stations.ts';

/** A store's printers by name. */
export async function printersOf(ctx: Context, storeId: string): Promise<Printer[]> {
  requireScope(ctx.identity, 'devices:manage', storeId);
  return ctx.em.find(Printer, { storeId, removedAt: null }, { orderBy: { name: 'asc', id: 'asc' } });
}

/** A printer, to whoever may see what it prints. */
export async function visiblePrinter(ctx: Context, id: string): Promise<Printer | null> {
  const printer = await printerById(ctx).load(id);
  const scopes = ['orders:read', 'devices:manage'];
  return printer && scopes.some((scope) => hasScope(ctx.identity, scope, printer.storeId)) ? printer : null;
}

/** Where a printer is reached, to whoever may manage it. */
export function addressOf(ctx: Context, { storeId, address }: Printer): string | null {
  return hasScope(ctx.identity, 'devices:manage', storeId) ? address : null;
}

/**
 * Adds a printer, or sets one anew. Throws PRINTER_NOT_FOUND, PRINTER_DRIVER_UNKNOWN, PRINTER_ADDRESS_REFUSED,
 * PRINTER_ROUTE_TAKEN or STATION_NOT_FOUND.
 */
export async function setPrinter(host: DevicesHost, ctx: Context, input: SetPrinterInput): Promise<Printer> {
  const { storeId, idempotencyKey } = input;
  await requireManagedStore(host, ctx, storeId);
  const wanted = await wantedIn(host, ctx, input);
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'setPrinter', key: idempotencyKey, input }, async () => {
      const id = input.id ?? newId();
      // Locks the store's row, so that two printers do not take the same at once.
      await ensureKitchen(tx, storeId);
      await assertRoutesFree(tx, id, wanted);
      // What was seen of it may have been of another address.
      const unseen = { state: 'UNSEEN' as const, seenAt: null, troubleSince: null, retryAt: null };
      if (input.id == null)
        await tx.em.insert(Printer, { id, ...wanted, ...unseen, leaseUntil: null, removedAt: null });
      else if ((await tx.em.nativeUpdate(Printer, { id, storeId, removedAt: null }, { ...wanted, ...unseen })) === 0)
        throw deviceError('PRINTER_NOT_FOUND', { id });
      await takeWaiting(host, tx, storeId);
      return id;
    }),
  );
  return ctx.em.findOneOrFail(Printer, id, { refresh: true });
}

/** Takes a printer away for good; a repeat changes nothing. Throws PRINTER_NOT_FOUND. */
export async function removePrinter(host: DevicesHost, ctx: Context, { id }: RemovePrinterInput): Promise<Printer> {
  const printer = await ctx.em.findOne(Printer, id);
  if (!printer) throw deviceError('PRINTER_NOT_FOUND', { id });
  const { storeId } = printer;
  requireScope(ctx.identity, 'devices:manage', storeId);
  await host.transact(ctx, async (tx) => {
    const there = { id, removedAt: null };
    const removed = await tx.em.nativeUpdate(Printer, there, { removedAt: host.clock.now(), retryAt: null });
    if (removed === 0) return;
    await tx.em.nativeUpdate(Printer, { takeoverId: id }, { takeoverId: null });
    // What waits there goes elsewhere.
    await tellOf(host, tx, { id, storeId, printerId: id });
  });
  return ctx.em.findOneOrFail(Printer, id, { refresh: true });
}

/** What an input asks for, looked at. */
async function wantedIn(host: DevicesHost, ctx: Context, input: SetPrinterInput) {
  const { storeId, paperWidth, printsReceipts, takeoverId = null } = input;
  if (paperWidth !== 58 && paperWidth !== 80) throw badInput('paperWidth', 'is 58 or 80');
  const stationIds = [...new Set(list('stationIds', input.stationIds, 0, 50))];
  for (const stationId of stationIds) await requireStation(ctx, storeId, stationId);
  const takeover =
    takeoverId === null ? null : await ctx.em.findOne(Printer, { id: takeoverId, storeId, removedAt: null });
  if (takeoverId !== null && !takeover) throw deviceError('PRINTER_NOT_FOUND', { id: takeoverId });
  if (takeoverId !== null && takeoverId === input.id) throw badInput('takeoverId', 'is another printer');
  const address = text('address', input.address, 1, 200);
  const driver = text('driver', input.driver, 1, 60);
  await assertReachable(host, driver, address);
  return {
    storeId,
    driver,
    address,
    paperWidth,
    printsReceipts,
    stationIds,
    takeoverId,
    name: text('name', input.name, 1, 60),
    drawerFor: list('drawerFor', input.drawerFor, 0, 10).map((one) => text('drawerFor', one, 1, 60)),
    takeoverSeconds: whole('takeoverSeconds', input.takeoverSeconds, 0, 3_600),
  };
}

async function assertReachable(host: DevicesHost, name: string, address: string): Promise<void> {
  const driver = await host.port(PrinterDriver, name).catch(() => {
    throw kernelError('UNAVAILABLE');
  });
  if (!driver) throw deviceError('PRINTER_DRIVER_UNKNOWN', { driver: name });
  const reason = await driver.refusal(address);
  if (reason !== null) throw deviceError('PRINTER_ADDRESS_REFUSED', { reason });
}
