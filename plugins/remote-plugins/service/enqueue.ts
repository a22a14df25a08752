import { LockMode } from '@mikro-orm/core';
import type { EventEnvelope } from '../../../kernel/events/events.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { RemotePlugin, WebhookDelivery } from '../entities.ts';

/**
 * Notes an event for each remote plug-in that asked for it, in the transaction that takes the event. Until that has ended
 * none of them is changed or removed: what is noted then is removed too, and is not left to the next of its name.
 */
export async function enqueue(tx: Transaction, event: EventEnvelope): Promise<void> {
  const { storeId } = event.payload as { storeId?: string };
  const { id, name, aggregate, version, at, payload } = event;
  const lockMode = LockMode.PESSIMISTIC_READ;
  for (const plugin of await tx.em.find(RemotePlugin, { webhookUrl: { $ne: null } }, { lockMode })) {
    if (!asksFor(plugin, name, storeId)) continue;
    await tx.em.insert(WebhookDelivery, {
      id: newId(),
      plugin: plugin.name,
      event: name,
      aggregate,
      version,
      arrival: (await lastArrival(tx, plugin.name, aggregate)) + 1,
      at,
      body: JSON.stringify({ id, name, aggregate, version, at, payload }),
      state: 'PENDING',
      // Not at once: what failed before and is due again would always come behind what is new.
      dueAt: at,
      tries: 0,
      attempts: [],
    });
  }
}

/** Whether a plug-in is to be told of an event of a store. */
export function asksFor({ events, storeIds }: RemotePlugin, event: string, storeId: string | undefined): boolean {
  return events.includes(event) && (!storeIds || storeIds.includes(storeId ?? ''));
}

/** Two processes that count the same at once do not both get it noted: the second of them begins anew. */
async function lastArrival(tx: Transaction, plugin: string, aggregate: string): Promise<number> {
  const [row] = await tx.em.execute<{ last: number | null }[]>(
    'select max(arrival) as last from webhook_delivery where plugin = ? and aggregate = ?',
    [plugin, aggregate],
  );
  return row?.last ?? 0;
}
