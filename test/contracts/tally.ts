import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { boot, type Running } from '../../kernel/boot.ts';
import { type Cache, localCache } from '../../kernel/cache.ts';
import { remoteModules } from '../../kernel/calls/client.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import type { Remote } from '../../kernel/calls/remote.ts';
import { type CallServerOptions, callServer } from '../../kernel/calls/server.ts';
import { systemClock } from '../../kernel/clock.ts';
import { CodedError } from '../../kernel/errors.ts';
import { type HttpServer, type RequestHandler, serveHttp } from '../../kernel/http-server.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { type Context, defineModule, type Module } from '../../kernel/module.ts';
import { offer, port, provide } from '../../kernel/ports.ts';

/** A port of the tests' own. */
export interface Abacus {
  add(...numbers: number[]): Promise<number>;
  echo(value: unknown): Promise<unknown>;
  refuse(): Promise<never>;
  explode(): Promise<never>;
}

export const Abacus = port<Abacus>('Abacus');

/** What has come to a tally: every call that did something, in order. */
export type Done = string[];

/** Written as a class, since an implementation may be one. */
class WoodenAbacus implements Abacus {
  /** No function, so nobody's to call. */
  beads = 100;
  readonly #done: Done;

  constructor(done: Done) {
    this.#done = done;
  }

  async add(...numbers: number[]) {
    this.#done.push('add');
    return numbers.reduce((sum, one) => sum + one, 0);
  }

  async echo(value: unknown) {
    return value;
  }

  async refuse(): Promise<never> {
    throw new CodedError('ABACUS_BUSY', 'The abacus is busy.', { until: 'noon' });
  }

  async explode(): Promise<never> {
    throw new Error('a secret of the abacus');
  }
}

/** A module that notes in `done` what is done with it; `slow` takes until the test lets it. */
export function tally(done: Done, slow: () => Promise<unknown> = async () => undefined): Module {
  const note = (what: string) => {
    done.push(what);
    return done.length;
  };
  const route = (answer: (request: Request) => Response | Promise<Response>) => (asked: { request: Request }) => {
    note('route');
    return answer(asked.request);
  };
  return defineModule({
    name: 'tally',
    schema: `
      type Query { size: Int! who: String! slow: Int! }
      type Mutation { write(input: WriteInput!): Int! scribble(what: String!): Int! }
      type Subscription { grown(secret: Boolean): Int! }
      input WriteInput { what: String! idempotencyKey: ID }
    `,
    internal: `
      type Query { seen: Int! }
      type Mutation { hold(orderId: ID!): Int! @repeatable draw: Int! }
    `,
    routes: ['GET /t/:code', 'POST /hook', 'GET /cookies', 'GET /gone', 'GET /cached', 'GET /zipped', 'GET /torn'],
    provides: [offer(Abacus, 'wooden')],
    setup: () => ({
      resolvers: {
        Query: {
          size: () => done.length,
          who: (_: unknown, _args: unknown, { identity }: Context) => JSON.stringify(identity),
          async slow(_: unknown, _args: unknown, { signal }: Context) {
            note('slow');
            signal.addEventListener('abort', () => note('hung up'));
            await slow();
            return 1;
          },
        },
        Mutation: {
          write: (_: unknown, { input }: { input: { what: string } }) => note(input.what),
          scribble: (_: unknown, { what }: { what: string }) => note(what),
        },
        Subscription: { grown: { resolve: ({ event }: { event?: { version: number } }) => event?.version ?? 0 } },
      },
      internal: {
        Query: { seen: () => done.length },
        Mutation: { hold: () => note('hold'), draw: () => note('draw') },
      },
      live: {
        async grown({ secret }: { secret?: boolean }) {
          if (secret) throw new CodedError('TALLY_SECRET', 'Not yours to follow.');
          return [{ topic: 'tally', version: done.length }];
        },
      },
      routes: {
        'GET /t/:code': ({ request, params, ctx }) =>
          Response.json({ url: request.url, code: params['code'], who: ctx.identity, sent: [...request.headers] }),
        'POST /hook': route(
          async (request) => new Response(await request.bytes(), { status: 201, statusText: 'Noted' }),
        ),
        'GET /cookies': route(() => {
          const response = new Response('two cookies');
          response.headers.append('set-cookie', 'a=1; Path=/');
          response.headers.append('set-cookie', 'b=2, and more');
          return response;
        }),
        'GET /gone': route(() => Response.json({ gone: true }, { status: 410 })),
        'GET /cached': route(() => new Response(null, { status: 304, headers: { etag: '"7"' } })),
        'GET /zipped': route(() => new Response(ZIPPED, { headers: { 'content-encoding': 'gzip' } })),
        'GET /torn': route(() => new Response(torn(), { headers: { 'content-length': '1000' } })),
      },
      provides: [provide(Abacus, 'wooden', new WoodenAbacus(done))],
    }),
  });
}

/** Looks like gzip to whoever would meddle with it, and is not. */
export const ZIPPED = Uint8Array.of(0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, 0x00, 0x80);

/** Says something, and breaks off. */
function torn(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      controller.enqueue(Buffer.from('the beginning'));
      await wait(20);
      controller.error(new Error('torn'));
    },
  });
}

export const KEYS = `new:${'n'.repeat(32)},old:${'o'.repeat(32)}`;

/** A process that hosts the tally. */
export interface TallyHost extends AsyncDisposable {
  readonly url: string;
  readonly done: Done;
  readonly running: Running;
  readonly http: HttpServer;
}

export interface HostOptions extends Partial<Omit<CallServerOptions, 'keys'>> {
  keys?: string;
  port?: number;
  slow?: () => Promise<unknown>;
  drain?: number;
  cache?: Cache;
  /** Asked before the calls. */
  before?: RequestHandler;
}

/** Starts a process, in this one: real sockets, a real database, and whatever the test wants otherwise. */
export async function hostTally(options: HostOptions = {}): Promise<TallyHost> {
  const { keys = KEYS, slow, drain = 0, before, cache = localCache(systemClock), log = silent, ...rest } = options;
  const done: Done = [];
  const running = await boot({
    modules: [tally(done, slow)],
    storage: { kind: 'sqlite', folder: mkdtempSync(join(tmpdir(), 'dinegraph-calls-')) },
    environment: {},
    clock: systemClock,
    log,
    live: localChannel(),
    cache,
  });
  const calls = callServer({ modules: running.modules, keys: readKeys(keys), cache, log, ...rest });
  const http = await serveHttp({
    host: '127.0.0.1',
    port: options.port ?? 0,
    handlers: before ? [before, calls] : [calls],
    health: () => running.health(),
    drain,
    log,
  });
  return {
    url: http.url.replace('localhost', '127.0.0.1'),
    done,
    running,
    http,
    async [Symbol.asyncDispose]() {
      http.server.closeAllConnections();
      await http.close();
      await running.stop();
    },
  };
}

/** What reaches the tally at these addresses, as another process does. */
export function remoteTally(
  urls: readonly string[],
  options: Partial<Parameters<typeof remoteModules>[0]> = {},
): Remote {
  return remoteModules({
    modules: [tally([])],
    addresses: new Map([['tally', urls]]),
    keys: readKeys(KEYS),
    log: silent,
    ...options,
  });
}

export const silent = pino({ level: 'silent' });

/** A log whose lines a test reads. */
export function readableLog() {
  const lines: { level: number; msg: string; [name: string]: unknown }[] = [];
  return { lines, log: pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) }) };
}
