import { DAY } from '../../../kernel/clock.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { list } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { ReplayDeliveriesInput } from '../../../schema/types/remote-plugins.ts';
import { type DeliveryState, RemotePlugin, WebhookDelivery } from '../entities.ts';
import { remoteError } from '../errors.ts';
import { SCOPE } from './registry.ts';

/** How many deliveries may be named at once. */
const NAMED = 100;

/** What remote plug-ins were sent, for people to look at and to repair. */
export interface Deliveries {
  of(ctx: Context, plugin: string, state: DeliveryState | null, args: PageArgs): Promise<Connection<WebhookDelivery>>;
  /** Sends once more; answers how many. */
  replay(ctx: Context, input: ReplayDeliveriesInput): Promise<number>;
  skip(ctx: Context, id: string): Promise<WebhookDelivery>;
  /** Removes what is older than so many days and needs nothing any more. */
  forget(ctx: Context, days: number): Promise<void>;
}

/** Keeps the log of deliveries. */
export function deliveriesOf(host: Host): Deliveries {
  return {
    async of(ctx, plugin, state, args) {
      requireScope(ctx.identity, SCOPE);
      const { em } = ctx;
      const where = { plugin, ...(state && { state }) };
      return page(
        args,
        ({ id }) => id,
        (limit, after) =>
          em.find(
            WebhookDelivery,
            { ...where, ...(after !== null && { id: { $lt: after } }) },
            { orderBy: { id: 'desc' }, limit },
          ),
      );
    },

    async replay(ctx, { name, ids, state, since }) {
      requireScope(ctx.identity, SCOPE);
      if (!(await ctx.em.findOne(RemotePlugin, { name }))) throw remoteError('REMOTE_PLUGIN_NOT_FOUND', { name });
      const which = ids ? { id: { $in: [...list('ids', ids, 1, NAMED)] } } : { state };
      const from = since == null ? {} : { at: { $gte: since } };
      return host.transact(ctx, ({ em }) =>
        em.nativeUpdate(
          WebhookDelivery,
          { plugin: name, ...which, ...from },
          { state: 'PENDING', dueAt: host.clock.now(), tries: 0 },
        ),
      );
    },

    async skip(ctx, id) {
      requireScope(ctx.identity, SCOPE);
      const skipped = await host.transact(ctx, ({ em }) =>
        em.nativeUpdate(WebhookDelivery, { id, state: { $in: ['PENDING', 'DEAD'] } }, { state: 'SKIPPED' }),
      );
      const delivery = await host.context().em.findOne(WebhookDelivery, { id });
      if (!delivery) throw remoteError('DELIVERY_NOT_FOUND', { id });
      if (skipped === 0) throw remoteError('DELIVERY_NOT_WAITING', { id });
      return delivery;
    },

    async forget(ctx, days) {
      const before = host.clock.now() - days * DAY;
      await host.transact(ctx, ({ em }) =>
        em.nativeDelete(WebhookDelivery, { at: { $lt: before }, state: { $in: ['DELIVERED', 'SKIPPED'] } }),
      );
    },
  };
}
