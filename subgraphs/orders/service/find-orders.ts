import type { FilterQuery } from '@mikro-orm/core';
import { badInput, kernelError } from '../../../kernel/errors.ts';
import { hasScope, type Identity, personOf, requirePerson, requireScope } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import { Order, type Payment } from '../entities.ts';
import { orderError } from '../errors.ts';
import { orderById, paymentById } from '../loaders.ts';
import type { OrderState } from '../state.ts';

/** Whether somebody may see an order: its diner, and its store's staff and screens, who sell it or make it. */
function maySee(identity: Identity, order: Order): boolean {
  const person = personOf(identity);
  if (person.kind === 'diner') return order.dinerId === person.id;
  return ['orders:read', 'kitchen:read'].some((scope) => hasScope(identity, scope, order.storeId));
}

/** An order for whoever may see it, or null: an order that one may not see looks like one that does not exist. */
export async function orderIfVisible(ctx: Context, id: string): Promise<Order | null> {
  const order = await orderById(ctx).load(id);
  return order && maySee(ctx.identity, order) ? order : null;
}

/** What a delivery platform says of an order, to whoever has orders:read for its store; null to anybody else. */
export function deliveryIfVisible(
  ctx: Context,
  { storeId, source, externalId, delivery }: Pick<Order, 'storeId' | 'source' | 'externalId' | 'delivery'>,
) {
  if (!delivery || !hasScope(ctx.identity, 'orders:read', storeId)) return null;
  const reminders = delivery.reminders.map(({ at }) => at);
  return { ...delivery, platform: source ?? '', externalId: externalId ?? '', reminders };
}

/** A delivery platform's order by its number there, to sister modules; null when it was never taken. */
export function platformOrder(
  { em }: Context,
  number: { storeId: string; source: string; externalId: string },
): Promise<Order | null> {
  return em.findOne(Order, { ...number, delivery: { $ne: null } });
}

/** A payment for whoever may see its order, or null. */
export async function paymentIfVisible(ctx: Context, id: string): Promise<Payment | null> {
  const payment = await paymentById(ctx).load(id);
  return payment && (await orderIfVisible(ctx, payment.orderId)) ? payment : null;
}

/** Like `orderIfVisible`, and ORDER_NOT_FOUND instead of null. */
export async function visibleOrder(ctx: Context, id: string): Promise<Order> {
  const order = await orderIfVisible(ctx, id);
  if (order) return order;
  requirePerson(ctx.identity);
  throw orderError('ORDER_NOT_FOUND', { id });
}

/** Which of a store's orders are looked for. */
export interface OrderFilter extends PageArgs {
  storeId: string;
  states?: readonly OrderState[] | null | undefined;
  businessDay?: string | null | undefined;
}

/** A store's orders, newest first. Needs orders:read for the store. */
export async function ordersOfStore(ctx: Context, filter: OrderFilter): Promise<Connection<Order>> {
  const { storeId, states, businessDay } = filter;
  requireScope(ctx.identity, 'orders:read', storeId);
  return newestFirst(ctx, filter, [{ storeId }, stateIn(states), businessDay ? { businessDay } : {}]);
}

/** A diner's orders, newest first: all of them for that diner, those of their own stores for staff with orders:read. */
export async function ordersOfDiner(ctx: Context, dinerId: string, args: PageArgs): Promise<Connection<Order>> {
  const person = requirePerson(ctx.identity);
  const where = [{ dinerId }, stateIn(null)];
  if (person.kind === 'diner') {
    if (person.id !== dinerId) throw kernelError('FORBIDDEN');
    return newestFirst(ctx, args, where);
  }
  if (!person.scopes.includes('orders:read')) throw kernelError('FORBIDDEN', { scope: 'orders:read' });
  return newestFirst(ctx, args, [...where, person.stores === 'all' ? {} : { storeId: { $in: [...person.stores] } }]);
}

/** What never became an order is shown only to whoever asks for it by its state. */
function stateIn(states: readonly OrderState[] | null | undefined): FilterQuery<Order> {
  return { state: states ? { $in: [...states] } : { $nin: ['PLACING', 'REJECTED'] } };
}

function newestFirst(ctx: Context, args: PageArgs, where: FilterQuery<Order>[]): Promise<Connection<Order>> {
  return page<Order>(
    args,
    ({ createdAt, id }) => `${createdAt} ${id}`,
    (limit, after) =>
      ctx.em.find(
        Order,
        { $and: [...where, after ? olderThan(after) : {}] },
        { orderBy: { createdAt: 'desc', id: 'desc' }, limit },
      ),
  );
}

function olderThan(key: string): FilterQuery<Order> {
  const [at, id = ''] = key.split(' ');
  const createdAt = Number(at);
  if (!Number.isSafeInteger(createdAt)) throw badInput('after', 'is not a cursor of this list');
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] };
}
