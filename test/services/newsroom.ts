import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import type { Remote } from '../../kernel/calls/remote.ts';
import { type Clock, MINUTE, systemClock } from '../../kernel/clock.ts';
import type { Storage } from '../../kernel/database/database.ts';
import { OutboxDelivery, OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { rabbitBroker } from '../../kernel/events/rabbit.ts';
import { newId } from '../../kernel/ids.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { Heard, type News } from '../contracts/news.ts';
import type { Server } from '../servers/server.ts';

/** Nobody here asks another process for anything. */
const nobody = { internal: () => undefined } as unknown as Remote;

/** A key that all processes of a newsroom have, where it is not said otherwise. */
export const OURS = `ours:${'o'.repeat(32)}`;

const log = createLog(process.env['LOG_LEVEL'] ?? 'silent');

/** Waits until something is so, which nothing tells of: another process does it. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + MINUTE; !(await isSo()); await pause(20))
    if (performance.now() > deadline) throw new Error('it did not come about');
}

/** How a process of a newsroom is started. */
interface Starting {
  clock?: Clock;
  storage?: Storage;
  /** As in CALL_KEYS. */
  keys?: string;
}

/** A teller and a listener as processes of a product of their own, which a broker lies between. */
export function newsroom(rabbit: Server) {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-broker-'));
  const namespace = `t${newId().slice(-12)}`;
  let open: (() => Promise<void>)[] = [];

  /** Starts what would be a process: it hosts one module, and knows of the other. */
  async function start(
    here: Module,
    away: Module,
    { clock = systemClock, storage = { kind: 'sqlite', folder }, keys = OURS }: Starting = {},
  ): Promise<Running & { end(): Promise<void> }> {
    const mayEmit = (plugin: string, event: string) => plugin === 'teller' && event === 'news.told';
    const broker = rabbitBroker({ url: rabbit.url, namespace, keys: readKeys(keys), mayEmit, log });
    const running = await boot({
      modules: [here],
      elsewhere: { modules: [away], remote: nobody, broker },
      storage,
      environment: {},
      clock,
      log,
      live: localChannel(),
      cache: localCache(clock),
    });
    const end = async () => {
      open = open.filter((other) => other !== end);
      await running.stop();
      await broker.close();
    };
    open.push(end);
    await running.start();
    return { ...running, end };
  }

  const tell = (running: Running, ...news: News[]) =>
    running.ask('teller', 'mutation ($news: [News!]!) { tell(news: $news) }', { news });

  const outbox = (running: Running) => running.modules.get('teller')!.database.em();

  /** Waits until every event is confirmed. */
  const confirmed = (running: Running) =>
    until(async () => {
      const em = outbox(running);
      return (await em.count(OutboxDelivery)) === 0 && (await em.count(OutboxEvent)) === 0;
    });

  /** What was heard of each thing, in order. */
  async function heard(running: Running): Promise<Record<string, number[]>> {
    const rows = await running.modules
      .get('listener')!
      .database.em()
      .find(Heard, {}, { orderBy: { seq: 'asc' } });
    const things = Map.groupBy(rows, ({ aggregate }) => aggregate);
    return Object.fromEntries([...things].map(([name, news]) => [name, news.map(({ version }) => version)]));
  }

  async function close() {
    await Promise.all(open.map((end) => end()));
    rmSync(folder, { recursive: true });
  }

  return { namespace, start, tell, outbox, confirmed, heard, close };
}

/** What `newsroom` makes. */
export type Newsroom = ReturnType<typeof newsroom>;
