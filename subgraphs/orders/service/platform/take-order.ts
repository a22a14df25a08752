import { insertNew } from '../../../../kernel/database/insert-new.ts';
import { badInput } from '../../../../kernel/errors.ts';
import { newId } from '../../../../kernel/ids.ts';
import { list, optionalText, text, whole } from '../../../../kernel/input.ts';
import type { Context } from '../../../../kernel/module.ts';
import { SoldLinesDocument, type SoldLinesQuery } from '../../../../schema/types/orders-asks-menu.ts';
import type { TakePlatformOrderInput } from '../../../../schema/types/orders-internal.ts';
import { type DeliveryFacts, Order, OrderLine } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import type { RefusalReason } from '../../ports.ts';
import { orderTotals } from '../../pricing.ts';
import type { OrdersHost } from '../../settings.ts';
import { newOrder } from '../new-order.ts';
import type { Paying } from '../pay-order.ts';
import type { Placing } from '../place-order.ts';
import { note, platformOf, refusal } from './notices.ts';
import { type PlatformLine, platformLines } from './platform-lines.ts';

/** The most that an order, or anything of it, may come to, in minor units. */
const LARGEST = 10_000_000_000;

/** Why an order is not taken, and the words for the store's staff. */
interface Refused {
  reason: RefusalReason;
  text: string;
}

/**
 * Takes an order that a delivery platform has brought, once: it is stored at the platform's prices and goes the way of
 * every order. What cannot be made is stored as well, as REJECTED, and the platform is told so.
 */
export async function takePlatformOrder(
  host: OrdersHost,
  ctx: Context,
  input: TakePlatformOrderInput,
  { placing, paying }: { placing: Placing; paying: Paying },
): Promise<Order> {
  const { storeId, platform } = input;
  await platformOf(host, platform);
  const externalId = text('externalId', input.externalId, 1, 64);
  const number = { storeId, source: platform, externalId };
  if (!(await ctx.em.findOne(Order, number))) await store(host, ctx, input, number);
  const order = await ctx.em.findOneOrFail(Order, number);
  if (order.state === 'PLACING') await placing.driveOn(order.id);
  if (input.confirm) await paying.collect(order.id);
  return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
}

async function store(
  host: OrdersHost,
  ctx: Context,
  input: TakePlatformOrderInput,
  number: { storeId: string; source: string; externalId: string },
): Promise<void> {
  const given = checkedLines(input);
  const delivery = deliveryOf(input);
  const { store, soldLines: sold } = await host.ask(ctx, 'menu', SoldLinesDocument, {
    storeId: number.storeId,
    lines: given.map(({ menuItemId, specId }) => ({ menuItemId, specId })),
  });
  if (!store) throw orderError('STORE_NOT_FOUND', { id: number.storeId });
  const lines = platformLines({ lines: given, fees: input.fees, total: input.total }, sold);
  const priced = {
    ...orderTotals(lines),
    store,
    table: null,
    dinerId: null,
    currency: store.currency,
    channel: input.channel,
    plan: { applied: [], rejected: [] },
    note: optionalText('note', input.note, 1_000),
  };
  const refused = refusedBy(store, sold, delivery);
  const fresh = { ...newOrder(host.clock.now(), priced), ...number, delivery, leaseUntil: 0 };
  const order = refused ? { ...fresh, state: 'REJECTED' as const, cancelReason: refused.text } : fresh;
  await host.transact(ctx, async (tx) => {
    // Pushed twice at the same moment: the other one is the order.
    if (!(await insertNew(tx, Order, order))) return;
    const rows = lines.map((line, position) => ({ ...line, id: newId(), orderId: order.id, position }));
    await tx.em.insertMany(OrderLine, rows);
    if (refused) await note(host, tx, order.id, refusal(refused.reason, refused.text));
  });
  if (refused) host.log.warn({ ...number, ...refused }, 'an order of a delivery platform is refused');
}

function refusedBy(
  { isOpen, paused }: NonNullable<SoldLinesQuery['store']>,
  sold: SoldLinesQuery['soldLines'],
  { deliverAt }: DeliveryFacts,
): Refused | null {
  if (paused) return { reason: 'TOO_BUSY', text: 'The store takes no orders now.' };
  // What is wanted later was ordered within the hours that the platform knows.
  if (!isOpen && deliverAt === null) return { reason: 'CLOSED', text: 'The store is closed.' };
  if (sold.some((line) => line === null)) return { reason: 'OTHER', text: 'A dish is not on the menu of the store.' };
  const missing = sold.flatMap((line) => (line && !line.available ? line.name : []));
  return missing.length > 0 ? { reason: 'SOLD_OUT', text: `Sold out: ${missing.join(', ')}`.slice(0, 200) } : null;
}

function checkedLines({ lines, fees, total }: TakePlatformOrderInput): PlatformLine[] {
  whole('total', total, 0, LARGEST);
  for (const [index, fee] of list('fees', fees, 0, 20).entries()) {
    text(`fees[${index}].name`, fee.name, 1, 100);
    whole(`fees[${index}].amount`, fee.amount, 1, LARGEST);
  }
  const checked = list('lines', lines, 1, 100).map((line, index) => ({
    menuItemId: text(`lines[${index}].menuItemId`, line.menuItemId, 1, 100),
    specId: text(`lines[${index}].specId`, line.specId, 1, 100),
    name: text(`lines[${index}].name`, line.name, 1, 200),
    specName: optionalText(`lines[${index}].specName`, line.specName, 100),
    quantity: whole(`lines[${index}].quantity`, line.quantity, 1, 999),
    unitPrice: whole(`lines[${index}].unitPrice`, line.unitPrice, 0, LARGEST),
    note: optionalText(`lines[${index}].note`, line.note, 500),
  }));
  const sum = [...checked, ...fees.map(({ amount }) => ({ unitPrice: amount, quantity: 1 }))].reduce(
    (all, { unitPrice, quantity }) => all + unitPrice * quantity,
    0,
  );
  if (total > sum) throw badInput('total', 'is more than what was ordered costs');
  return checked;
}

function deliveryOf(input: TakePlatformOrderInput): DeliveryFacts {
  const { dayNumber = null, deliverAt, confirmBy, confirm } = input;
  return {
    dayNumber: dayNumber === null ? null : whole('dayNumber', dayNumber, 0, 1_000_000),
    recipient: optionalText('recipient', input.recipient, 200),
    phone: optionalText('phone', input.phone, 200),
    address: optionalText('address', input.address, 500),
    deliverAt: deliverAt ?? null,
    confirmBy,
    isAutomatic: confirm,
    reminders: [],
    refundRequest: null,
  };
}
