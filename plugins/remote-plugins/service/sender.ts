import { Agent, request } from 'undici';
import { HOUR, MINUTE, SECOND } from '../../../kernel/clock.ts';
import type { Host } from '../../../kernel/module.ts';
import { webhookHeaders } from '../../../kernel/webhook-signature.ts';
import { type Attempt, RemotePlugin, WebhookDelivery } from '../entities.ts';
import { asksFor } from './enqueue.ts';
import type { Registry } from './registry.ts';

/** How long a plug-in may take to take an event, in milliseconds. */
const LIMIT = 10 * SECOND;
/** For how long whoever sends a delivery has it to itself: longer than that takes. */
const LEASE = 30 * SECOND;
/** How many events are on their way to one plug-in at once, each of another aggregate. */
const AT_ONCE = 8;
/** How many attempts are shown of a delivery. */
const SHOWN = 10;
/** How long to wait after each failure; after the last, a delivery is dead. A day and a half in all. */
const WAITS = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR],
];

/** Sends what is due. */
export interface Sender {
  /** Looks whether something is due, for each plug-in by itself: one that hangs holds up no other. */
  wake(): Promise<void>;
  /** Begins nothing any more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** What is being sent to a plug-in. */
interface Working {
  /** Has it look whether more is due. */
  wake(): void;
  done: Promise<void>;
}

/**
 * Sends deliveries to remote plug-ins: at least once each, those of one aggregate one after the other in the order in which
 * the product made them known. Any number of processes may do so at the same time.
 */
export function senderOf(host: Host, registry: Registry): Sender {
  const busy = new Map<string, Working>();
  const stopping = new AbortController();
  const agent = new Agent();

  /** The next to be sent: the first of their aggregates that is not done with, and due. Half may be on their way. */
  async function due(plugin: string): Promise<WebhookDelivery[]> {
    const { em } = host.context();
    const rows = await em.execute<{ id: string }[]>(
      `select d.id from webhook_delivery d where d.plugin = ? and d.state = 'PENDING' and d.due_at <= ?
       and not exists (select 1 from webhook_delivery e where e.plugin = d.plugin and e.aggregate = d.aggregate
         and e.state in ('PENDING', 'DEAD') and (coalesce(e.arrival, 0), e.version) < (coalesce(d.arrival, 0), d.version))
       and exists (select 1 from remote_plugin p where p.name = d.plugin and p.enabled and p.webhook_url is not null)
       order by d.due_at, d.id limit ${2 * AT_ONCE}`,
      [plugin, host.clock.now()],
    );
    return em.find(WebhookDelivery, { id: rows.map(({ id }) => id) });
  }

  /**
   * Takes a delivery for oneself, and answers the plug-in as it is now: switched off or moved meanwhile, that holds at
   * once. Undefined when it is off, asks for such events no more (then it is skipped), or somebody else was faster.
   */
  async function take({ id, dueAt, plugin: name, event, body }: WebhookDelivery): Promise<RemotePlugin | undefined> {
    return host.transact(host.context(), async ({ em }) => {
      const plugin = await em.findOne(RemotePlugin, { name, enabled: true, webhookUrl: { $ne: null } });
      if (!plugin) return undefined;
      const mine = { id, dueAt, state: 'PENDING' as const };
      const { payload } = JSON.parse(body) as { payload: { storeId?: string } };
      if (!asksFor(plugin, event, payload.storeId)) {
        await em.nativeUpdate(WebhookDelivery, mine, { state: 'SKIPPED' });
        return undefined;
      }
      const taken = await em.nativeUpdate(WebhookDelivery, mine, { dueAt: host.clock.now() + LEASE });
      return taken === 1 ? plugin : undefined;
    });
  }

  async function note({ id, tries, attempts }: WebhookDelivery, attempt: Attempt): Promise<void> {
    const wait = WAITS[tries];
    const state = attempt.problem === null ? 'DELIVERED' : wait === undefined ? 'DEAD' : 'PENDING';
    await host.transact(host.context(), ({ em }) =>
      em.nativeUpdate(
        WebhookDelivery,
        // Skipped meanwhile, it stays so.
        { id, state: 'PENDING' },
        {
          state,
          tries: tries + 1,
          dueAt: host.clock.now() + (state === 'PENDING' ? (wait ?? 0) : 0),
          attempts: [...attempts, attempt].slice(-SHOWN),
        },
      ),
    );
  }

  async function send(delivery: WebhookDelivery): Promise<void> {
    const plugin = await take(delivery);
    if (!plugin?.webhookUrl) return;
    const begin = performance.now();
    const at = host.clock.now();
    const answer = await post(plugin.webhookUrl, delivery, registry.secretsOf(plugin), agent, stopping.signal);
    // Nobody knows whether it was taken: it is sent again when its lease is over.
    if (stopping.signal.aborted && answer.problem !== null) return;
    await note(delivery, { at, took: Math.round(performance.now() - begin), ...answer });
  }

  /** Sends what is due, until nothing is. Each aggregate goes on by itself: one that hangs holds up no other. */
  async function drain(plugin: string, woken: () => Promise<void>): Promise<void> {
    const underWay = new Map<string, Promise<void>>();
    const failures: unknown[] = [];
    while (!stopping.signal.aborted && failures.length === 0) {
      const again = woken();
      const free = (await due(plugin)).filter(({ aggregate }) => !underWay.has(aggregate));
      for (const delivery of free.slice(0, AT_ONCE - underWay.size)) {
        const { aggregate } = delivery;
        const work = send(delivery)
          .catch((error) => void failures.push(error))
          .finally(() => underWay.delete(aggregate));
        underWay.set(aggregate, work);
      }
      if (underWay.size === 0) return;
      await Promise.race([...underWay.values(), again]);
    }
    await Promise.all(underWay.values());
    if (failures.length > 0) throw failures[0];
  }

  /** Begins to send to a plug-in; calling what it answers has it look again. */
  function begin(plugin: string): Working {
    let wake = () => {};
    const woken = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    const done = drain(plugin, woken)
      .catch((error) => host.log.error({ error, plugin }, 'what a plug-in is to be sent cannot be sent'))
      .finally(() => busy.delete(plugin));
    return { wake: () => wake(), done };
  }

  return {
    async wake() {
      if (stopping.signal.aborted) return;
      const plugins = await host.context().em.find(RemotePlugin, { enabled: true, webhookUrl: { $ne: null } });
      for (const { name } of plugins) {
        const working = busy.get(name);
        if (working) working.wake();
        else busy.set(name, begin(name));
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all([...busy.values()].map(({ done }) => done));
      await agent.destroy();
    },
  };
}

/** Sends an event once; `problem` is null when the plug-in has taken it. */
async function post(
  url: string,
  { id, body }: WebhookDelivery,
  secrets: readonly string[],
  dispatcher: Agent,
  stopped: AbortSignal,
): Promise<Pick<Attempt, 'status' | 'problem'>> {
  const headers = {
    'content-type': 'application/json',
    ...webhookHeaders({ id, body }, secrets),
  };
  const signal = AbortSignal.any([AbortSignal.timeout(LIMIT), stopped]);
  try {
    const { statusCode: status, body: rest } = await request(url, {
      method: 'POST',
      headers,
      body,
      signal,
      dispatcher,
    });
    await rest.dump();
    const isTaken = status >= 200 && status < 300;
    return { status, problem: isTaken ? null : `it answers with ${status}` };
  } catch (error) {
    const { name, message } = error as Error;
    return { status: null, problem: name === 'TimeoutError' ? `no answer within ${LIMIT} ms` : message.slice(0, 500) };
  }
}
