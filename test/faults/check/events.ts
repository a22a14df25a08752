import { modules } from '../../../cli/modules.ts';
import { type Check, differ, type Tables } from '../../../cli/replay/check/tables.ts';
import { UNVERSIONED } from '../../../kernel/events/events.ts';
import type { Played } from '../scenario.ts';
import { WATCH } from '../watch.ts';
import { ordersOf } from './orders.ts';

interface EmittedRow {
  module: string;
  id: string;
  name: string;
  aggregate: string;
  version: number;
}

interface AppliedRow {
  seq: number;
  module: string;
  event_id: string;
}

interface GivenUpRow {
  module: string;
  event_id: string;
  consumer: string;
  error: string | null;
}

/** Who is to apply an event, by what the modules declare. */
const subscribersOf = (event: string): string[] =>
  modules
    .filter(({ consumes }) => (consumes as readonly string[] | undefined)?.includes(event))
    .map(({ name }) => name);

/**
 * Each event that was emitted was applied by each of its subscribers, once and in the order of its versions; nothing was
 * applied that was not emitted; and what came true of an order was emitted once.
 */
export const checkEvents: Check<Played> = async function* (tables) {
  if (!tables.modules.includes(WATCH)) {
    yield 'nobody has watched the events: see FaultWorld.watchEvents';
    return;
  }
  const emitted = await tables.rows<EmittedRow>(WATCH, 'select module, id, name, aggregate, version from emitted');
  const applied = await tables.rows<AppliedRow>(WATCH, 'select * from applied order by seq');
  yield* checkVersions(emitted);
  yield* checkApplied(emitted, applied);
  yield* checkOrder(new Map(emitted.map((event) => [event.id, event])), applied);
  yield* checkFacts(tables, emitted);
  for (const row of await tables.rows<GivenUpRow>(WATCH, 'select * from given_up'))
    yield `event ${row.event_id} of ${row.module} was given up for ${row.consumer}: ${row.error}`;
  for (const { what } of await tables.rows<{ what: string }>(WATCH, 'select distinct what from impossible')) yield what;
};

/** Of one thing, a module tells each version once; what has none may be told again and again. */
function* checkVersions(emitted: readonly EmittedRow[]) {
  const told = emitted.filter(({ version }) => version !== UNVERSIONED);
  const versions = Map.groupBy(told, ({ module, aggregate, version }) => `${module} ${aggregate} ${version}`);
  for (const [first, ...more] of versions.values())
    if (first && more.length > 0)
      yield `version ${first.version} of ${first.aggregate} was told ${more.length + 1} times by ${first.module}: ${[first, ...more].map(({ name }) => name)}`;
}

function* checkApplied(emitted: readonly EmittedRow[], applied: readonly AppliedRow[]) {
  const byEvent = Map.groupBy(applied, ({ event_id }) => event_id);
  for (const { module, id, name, aggregate, version } of emitted) {
    const what = `${name} of ${aggregate} (event ${id} of ${module}, version ${version})`;
    const by = (byEvent.get(id) ?? []).map((row) => row.module);
    const subscribers = subscribersOf(name);
    for (const subscriber of subscribers) {
      const times = by.filter((one) => one === subscriber).length;
      if (times !== 1) yield `${what} is in the inbox of ${subscriber} ${times} times: expected once`;
    }
    for (const stranger of by.filter((one) => !subscribers.includes(one)))
      yield `${what} is in the inbox of ${stranger}`;
    byEvent.delete(id);
  }
  for (const [id, rows] of byEvent) yield `event ${id} was applied by ${rows[0]?.module}, and nobody has emitted it`;
}

/** Of one thing, a consumer applies the earlier version first. */
function* checkOrder(events: ReadonlyMap<string, EmittedRow>, applied: readonly AppliedRow[]) {
  const last = new Map<string, EmittedRow>();
  for (const { module, event_id } of applied) {
    const event = events.get(event_id);
    if (!event) continue;
    const line = `${event.module} ${module} ${event.aggregate}`;
    const before = last.get(line);
    if (before && before.version > event.version)
      yield `${module} has applied ${event.name} of ${event.aggregate} (version ${event.version}) after ${before.name} (version ${before.version})`;
    last.set(line, event);
  }
}

/** What came true of an order was emitted: once, and nothing else was. */
async function* checkFacts(tables: Tables, emitted: readonly EmittedRow[]) {
  const byName = Map.groupBy(emitted, ({ name, aggregate }) => `${name} ${aggregate}`);
  const times = (name: string, id: string) => byName.get(`${name} ${id}`)?.length ?? 0;
  for (const { id, state, paid_at } of await ordersOf(tables)) {
    const cameToNothing = state === 'CANCELLED' || state === 'EXPIRED';
    const what = `order ${id} (${state}), times that it was told of as`;
    yield* differ(`${what} paid`, paid_at === null ? 0 : 1, times('order.paid', id));
    yield* differ(`${what} cancelled`, cameToNothing ? 1 : 0, times('order.cancelled', id));
    yield* differ(`${what} completed`, state === 'COMPLETED' ? 1 : 0, times('order.completed', id));
  }
  type KitchenRow = { order_id: string; progress: number };
  for (const { order_id, progress } of await tables.rows<KitchenRow>('devices', 'select * from kitchen_order')) {
    const versions = (byName.get(`kitchen.progressed ${order_id}`) ?? []).map(({ version }) => version);
    yield* differ(`order ${order_id}, how far the kitchen told it has come`, progress, Math.max(0, ...versions));
  }
}
