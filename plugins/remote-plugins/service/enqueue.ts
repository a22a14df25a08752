import type { EventEnvelope } from '../../../kernel/events/events.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { RemotePlugin, WebhookDelivery } from '../entities.ts';

/** Notes an event for each remote plug-in that asked for it, in the transaction that takes the event. */
export async function enqueue(tx: Transaction, event: EventEnvelope): Promise<void> {
  const { storeId } = event.payload as { storeId?: string };
  const { id, name, aggregate, version, at, payload } = event;
  for (const plugin of await tx.em.find(RemotePlugin, { webhookUrl: { $ne: null } })) {
    if (!plugin.events.includes(name)) continue;
    if (plugin.storeIds && !plugin.storeIds.includes(storeId ?? '')) continue;
    await tx.em.insert(WebhookDelivery, {
      id: newId(),
      plugin: plugin.name,
      event: name,
      aggregate,
      version,
      at,
      body: JSON.stringify({ id, name, aggregate, version, at, payload }),
      state: 'PENDING',
      dueAt: 0,
      tries: 0,
      attempts: [],
    });
  }
}
