import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import { badInput } from '../../../kernel/errors.ts';
import { callerOf, hasScope, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { within } from '../../../kernel/within.ts';
import type { RemoveScaleInput, SetScaleInput, WeighInput } from '../../../schema/types/devices.ts';
import { Scale, Weighing } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { scaleById } from '../loaders.ts';
import { ScaleDriver, type WeighingProblem } from '../ports.ts';
import type { DevicesHost } from '../settings.ts';
import { requireManagedStore } from './rights.ts';

/** How long a driver may take to say so when a scale has not come to rest, in milliseconds. */
const MARGIN = SECOND;
/** How long a weighing may be made use of, in milliseconds: by then something else lies there. */
const GOOD_FOR = 15 * MINUTE;

/** Who may weigh in a store: whoever counts its stock, takes its orders or puts its scales up. */
const WEIGHERS = ['stock:write', 'orders:place', 'devices:manage'];

/** A store's scales, by name. */
export async function scalesOf(ctx: Context, storeId: string): Promise<Scale[]> {
  requireWeigher(ctx, storeId);
  return ctx.em.find(Scale, { storeId }, { orderBy: { name: 'asc', id: 'asc' } });
}

/** Puts a scale up, or says anew what it is. Throws SCALE_NOT_FOUND and SCALE_DRIVER_UNKNOWN. */
export async function setScale(host: Host, ctx: Context, input: SetScaleInput): Promise<Scale> {
  const { storeId, driver, id = null, idempotencyKey } = input;
  await requireManagedStore(host, ctx, storeId);
  const name = text('name', input.name, 1, 60);
  const address = text('address', input.address, 1, 200);
  const implementation = await host.port(ScaleDriver, driver);
  if (!implementation) throw deviceError('SCALE_DRIVER_UNKNOWN', { driver });
  const refusal = await implementation.refusal(address);
  if (refusal) throw badInput('address', refusal);
  const known = id === null ? null : await ctx.em.findOne(Scale, { id, storeId });
  if (id !== null && !known) throw deviceError('SCALE_NOT_FOUND', { id });
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'setScale', key: idempotencyKey, input }, async () => {
      const scale = { id: id ?? newId(), storeId, name, driver, address };
      await tx.em.upsert(Scale, scale);
      return scale.id;
    }),
  );
  return ctx.em.findOneOrFail(Scale, outcome.id, { refresh: true });
}

/** Takes a scale away; what it weighed stays. A repeat changes nothing. */
export async function removeScale(host: Host, ctx: Context, { id }: RemoveScaleInput): Promise<boolean> {
  const scale = await ctx.em.findOne(Scale, id);
  if (!scale) return false;
  requireScope(ctx.identity, 'devices:manage', scale.storeId);
  return host.transact(ctx, async (tx) => (await tx.em.nativeDelete(Scale, { id })) === 1);
}

const PROBLEMS = {
  UNSTABLE: 'SCALE_UNSTABLE',
  OVERLOADED: 'SCALE_OVERLOADED',
  EMPTY: 'SCALE_EMPTY',
  SILENT: 'SCALE_SILENT',
  STRANGE: 'SCALE_SILENT',
} as const satisfies Record<WeighingProblem, string>;

/** Weighs what lies on a scale and writes it down. Throws the SCALE_ error of what stood in the way. */
export async function weigh(host: DevicesHost, ctx: Context, input: WeighInput): Promise<Weighing> {
  const { scaleId, idempotencyKey } = input;
  const scale = await ctx.em.findOne(Scale, scaleId);
  if (!scale) throw deviceError('SCALE_NOT_FOUND', { id: scaleId });
  requireWeigher(ctx, scale.storeId);
  const claim = { mutation: 'weigh', key: idempotencyKey, input };
  const before = await host.outcomeOf(ctx, claim);
  if (before !== null) return ctx.em.findOneOrFail(Weighing, before);
  const { grams, net } = await read(host, scale);
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const id = newId();
      const { storeId } = scale;
      const caller = callerOf(tx.identity);
      await tx.em.insert(Weighing, { id, scaleId, storeId, grams, net, caller, at: host.clock.now() });
      return id;
    }),
  );
  return ctx.em.findOneOrFail(Weighing, outcome.id);
}

async function read(host: DevicesHost, { id, driver, address }: Scale) {
  const implementation = await host.port(ScaleDriver, driver);
  if (!implementation) throw deviceError('SCALE_DRIVER_UNKNOWN', { driver });
  const patience = host.settings.scaleSeconds * SECOND;
  const reading = await within(implementation.weigh(address, patience), patience + MARGIN).catch(
    (error) => ({ outcome: 'refused', problem: 'SILENT', error }) as const,
  );
  if (reading.outcome === 'weighed') return reading;
  const code = PROBLEMS[reading.problem];
  if (code === 'SCALE_SILENT') host.log.warn({ scale: id, ...reading }, 'a scale could not be read');
  throw deviceError(code, { scaleId: id });
}

/** How many grams a weighing found that is of the store and still good; null for any other. */
export async function weighedGrams(
  host: Host,
  ctx: Context,
  { weighingId, storeId }: { weighingId: string; storeId: string },
): Promise<number | null> {
  const since = host.clock.now() - GOOD_FOR;
  const weighing = await ctx.em.findOne(Weighing, { id: weighingId, storeId, at: { $gte: since } });
  return weighing?.grams ?? null;
}

/** A scale, to whoever may weigh with it. */
export async function visibleScale(ctx: Context, id: string): Promise<Scale | null> {
  const scale = await scaleById(ctx).load(id);
  return scale && mayWeigh(ctx, scale.storeId) ? scale : null;
}

function requireWeigher(ctx: Context, storeId: string): void {
  if (!mayWeigh(ctx, storeId)) requireScope(ctx.identity, 'stock:write', storeId);
}

function mayWeigh(ctx: Context, storeId: string): boolean {
  return WEIGHERS.some((scope) => hasScope(ctx.identity, scope, storeId));
}
