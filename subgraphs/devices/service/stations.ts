import { LockMode } from '@mikro-orm/core';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, text } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { CreateStationInput, RouteStationInput } from '../../../schema/types/devices.ts';
import { Kitchen, type RouteKind, Station, StationRoute } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { stationById } from '../loaders.ts';
import { ensureKitchen } from './feed.ts';
import { maySeeStation, requireKitchen, requireManagedStore } from './rights.ts';

/** What a station names. */
type Named = Pick<CreateStationInput, 'dishIds' | 'categoryIds'>;

/** A store's stations by name. */
export async function stationsOf(ctx: Context, storeId: string): Promise<Station[]> {
  await requireKitchen(ctx, 'kitchen:read', storeId);
  return ctx.em.find(Station, { storeId }, { orderBy: { name: 'asc', id: 'asc' } });
}

/** A station, to whoever may see it. */
export async function visibleStation(ctx: Context, id: string): Promise<Station | null> {
  const station = await stationById(ctx).load(id);
  return station && (await maySeeStation(ctx, station)) ? station : null;
}

/** Throws STATION_NOT_FOUND unless the store has this station; no station at all stands for the whole kitchen. */
export async function requireStation(ctx: Context, storeId: string, stationId: string | null | undefined) {
  if (stationId == null) return;
  const station = await stationById(ctx).load(stationId);
  if (station?.storeId !== storeId) throw deviceError('STATION_NOT_FOUND', { stationId });
}

/** Adds a station; a new default takes the mark from the one before. Throws STATION_ROUTE_TAKEN. */
export async function createStation(host: Host, ctx: Context, input: CreateStationInput): Promise<Station> {
  const { storeId, idempotencyKey, isDefault } = input;
  await requireManagedStore(host, ctx, storeId);
  const name = text('name', input.name, 1, 60);
  const targets = targetsOf(input);
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'createStation', key: idempotencyKey, input }, async () => {
      const id = newId();
      await ensureKitchen(tx, storeId);
      await tx.em.insert(Station, { id, storeId, name });
      await nameTargets(tx, { id, storeId }, targets);
      if (isDefault) await tx.em.nativeUpdate(Kitchen, { storeId }, { defaultStationId: id });
      return id;
    }),
  );
  return ctx.em.findOneOrFail(Station, id);
}

/** Says anew what a station makes; what it named before and names no more is free. Throws STATION_ROUTE_TAKEN. */
export async function routeStation(host: Host, ctx: Context, input: RouteStationInput): Promise<Station> {
  const station = await ctx.em.findOne(Station, input.stationId);
  if (!station) throw deviceError('STATION_NOT_FOUND', { stationId: input.stationId });
  requireScope(ctx.identity, 'devices:manage', station.storeId);
  const targets = targetsOf(input);
  await host.transact(ctx, async (tx) => {
    await tx.em.nativeDelete(StationRoute, { stationId: station.id });
    await nameTargets(tx, station, targets);
  });
  return ctx.em.findOneOrFail(Station, station.id);
}

/** The station that takes what no other names; the first time it is needed, a station "Kitchen" is made for it. */
export async function defaultStationId(tx: Transaction, storeId: string): Promise<string> {
  await ensureKitchen(tx, storeId);
  const id = newId();
  const missing = { storeId, defaultStationId: null };
  if ((await tx.em.nativeUpdate(Kitchen, missing, { defaultStationId: id })) === 1)
    await tx.em.insert(Station, { id, storeId, name: 'Kitchen' });
  // Locked, so as to see what another transaction has just made.
  const kitchen = await tx.em.findOneOrFail(Kitchen, storeId, {
    refresh: true,
    lockMode: LockMode.PESSIMISTIC_WRITE,
  });
  return kitchen.defaultStationId!;
}

function targetsOf({ dishIds, categoryIds }: Named): { kind: RouteKind; targetId: string }[] {
  const of = (kind: RouteKind, field: string, ids: readonly string[]) =>
    [...new Set(list(field, ids, 0, 500).map((id) => text(field, id, 1, 100)))].map((targetId) => ({ kind, targetId }));
  return [...of('DISH', 'dishIds', dishIds), ...of('CATEGORY', 'categoryIds', categoryIds)];
}

async function nameTargets(
  tx: Transaction,
  { id: stationId, storeId }: Pick<Station, 'id' | 'storeId'>,
  targets: ReturnType<typeof targetsOf>,
): Promise<void> {
  if (targets.length === 0) return;
  const ids = targets.map(({ targetId }) => targetId);
  const named = await tx.em.find(StationRoute, { storeId, targetId: { $in: ids } });
  const taken = named.find(({ kind, targetId }) => targets.some((t) => t.kind === kind && t.targetId === targetId));
  if (taken) throw deviceError('STATION_ROUTE_TAKEN', { kind: taken.kind, id: taken.targetId, by: taken.stationId });
  await tx.em.insertMany(
    StationRoute,
    targets.map((target) => ({ ...target, storeId, stationId })),
  );
}
