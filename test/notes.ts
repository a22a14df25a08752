import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import type { GraphContext } from '../gateway/context.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { boot } from '../kernel/boot.ts';
import { localCache } from '../kernel/cache.ts';
import { systemClock } from '../kernel/clock.ts';
import { kernelError } from '../kernel/errors.ts';
import type { Executor } from '../kernel/executor.ts';
import { compose } from '../kernel/graph/compose.ts';
import { anonymous } from '../kernel/identity.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import { createLog } from '../kernel/log.ts';
import { reader, WRITE, writer } from './contracts/notes.ts';

const FOLLOW = parse('subscription ($id: ID!) { noteChanged(id: $id) { version reads } }');
const never = new AbortController().signal;

/** Notes and a gateway, joined as processes are: the modules publish on one channel, the gateway listens on another. */
export interface Notes extends AsyncDisposable {
  readonly gateway: Gateway;
  /** Writes a note once more, and lets its sister hear of it. */
  write(id: string): Promise<void>;
  /** Follows a note. */
  follow(id: string): Promise<Frames>;
  /** The subgraphs that cannot be reached. */
  readonly away: Set<string>;
  /** Ends the session of whoever follows, or has the module away that could say. */
  session: 'open' | 'ended' | 'unknown';
}

/** What a follower sees. */
export interface Frames {
  /** The next frame; its data's note when there is one, else the codes of its errors; undefined at the end. */
  next(): Promise<unknown>;
  stop(): void;
}

/** Starts notes on two channels, which are closed with it. */
export async function startNotes(published: LiveChannel, heard: LiveChannel): Promise<Notes> {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-notes-'));
  const modules = [writer, reader];
  const log = createLog(process.env['LOG_LEVEL'] ?? 'silent');
  const running = await boot({
    modules,
    storage: { kind: 'sqlite', folder },
    environment: {},
    clock: systemClock,
    log,
    live: published,
    cache: localCache(systemClock),
  });
  await running.start();
  const away = new Set<string>();
  const executors = new Map(
    [...running.modules].map(([name, { executor }]) => [name, reached(name, executor!, away)] as const),
  );
  const parts = modules.map(({ name, schema = '' }) => ({ name, schema }));
  const gateway = createGateway({
    supergraph: await compose(parts),
    executorOf: (name) => executors.get(name),
    live: heard,
    log,
  });
  const context: GraphContext = {
    identity: anonymous,
    signal: never,
    async verify() {
      if (notes.session === 'open') return anonymous;
      throw kernelError(notes.session === 'ended' ? 'UNAUTHENTICATED' : 'UNAVAILABLE');
    },
  };

  const notes: Notes = {
    gateway,
    away,
    session: 'open',
    async write(id) {
      const executor = running.modules.get('writer')!.executor!;
      const variables = { key: crypto.randomUUID(), id };
      const { errors } = await executor.execute({ query: WRITE, variables, identity: anonymous });
      if (errors) throw new Error(errors[0]?.message);
      await running.settled();
    },
    async follow(id) {
      const answer = await gateway.subscribe({ document: FOLLOW, variables: { id }, context });
      if ('errors' in answer) throw answer.errors[0];
      const frames = answer[Symbol.asyncIterator]();
      return {
        async next() {
          const { value } = await frames.next();
          return value && (value.data?.noteChanged ?? value.errors?.map(({ extensions }: never) => extensions['code']));
        },
        stop: () => void frames.return?.(),
      };
    },
    async [Symbol.asyncDispose]() {
      gateway.endSubscriptions();
      await running.stop();
      await Promise.all([published.close(), heard.close()]);
      rmSync(folder, { recursive: true });
    },
  };
  return notes;
}

/** A subgraph as another process reaches it: while that is away, its calls fail. */
function reached(name: string, executor: Executor, away: ReadonlySet<string>): Executor {
  return {
    execute: async (request) => (away.has(name) ? { errors: [unavailable()] } : executor.execute(request)),
    async live(request) {
      if (away.has(name)) throw kernelError('UNAVAILABLE');
      return executor.live(request);
    },
  };
}

function unavailable() {
  const { message, extensions } = kernelError('UNAVAILABLE');
  return { message, extensions };
}
