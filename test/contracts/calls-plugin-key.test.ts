import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { remoteModules } from '../../kernel/calls/client.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import type { Remote } from '../../kernel/calls/remote.ts';
import { callServer } from '../../kernel/calls/server.ts';
import { systemClock } from '../../kernel/clock.ts';
import { type HttpServer, serveHttp } from '../../kernel/http-server.ts';
import type { Identity } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { type Context, defineModule, definePlugin } from '../../kernel/module.ts';
import { PluginSettings } from '../../kernel/plugin-settings.ts';
import { offer, port, provide } from '../../kernel/ports.ts';
import { readableLog, silent } from './tally.ts';

const OURS = `ours:${'o'.repeat(32)}`;
const ITS_OWN = `guest@guest:${'g'.repeat(32)}`;

interface Till {
  refund(): Promise<string>;
}
const Till = port<Till>('Till');
/** What the ledger has done besides answering what it is asked. */
const done: string[] = [];
const note = <T>(what: string, answer: T): T => {
  done.push(what);
  return answer;
};
const switchedOff = async () => [];
const read = async (plugin: string) => note(`read ${plugin}`, { enabled: true, values: { secret: `of ${plugin}` } });
const { log, lines: refused } = readableLog();

/** Holds money, and the settings of everybody. */
const ledger = defineModule({
  name: 'ledger',
  schema: 'type Query { balance: Int! }',
  internal: 'type Query { who: String! } type Mutation { pay: Int! }',
  readBy: 'ledger:read',
  routes: ['GET /ledger'],
  provides: [offer(Till, 'till'), offer(PluginSettings, 'settings')],
  setup: () => ({
    resolvers: { Query: { balance: () => note('balance', 100) } },
    internal: {
      Query: { who: (_: unknown, _args: unknown, { identity }: Context) => JSON.stringify(identity) },
      Mutation: { pay: () => 1 },
    },
    routes: { 'GET /ledger': () => note('page', new Response('all of it')) },
    provides: [
      provide(Till, 'till', { refund: async () => note('refund', 'given') }),
      provide(PluginSettings, 'settings', { read, switchedOff }),
    ],
  }),
});

/** A plug-in with few scopes, and one with none. */
const guest = (name: string, ...scopes: string[]) => definePlugin({ name, contract: '1.0', scopes, setup: () => ({}) });

let running: Running;
let http: HttpServer;
const remotes: Remote[] = [];
beforeAll(async () => {
  const cache = localCache(systemClock);
  running = await boot({
    modules: [ledger, guest('guest', 'ledger:read'), guest('bare'), guest('clerk', 'internal:ledger')],
    storage: { kind: 'sqlite', folder: mkdtempSync(join(tmpdir(), 'dinegraph-plugin-key-')) },
    environment: {},
    clock: systemClock,
    log: silent,
    live: localChannel(),
    cache,
  });
  const keys = readKeys(`${OURS},${ITS_OWN}`);
  const handlers = [callServer({ modules: running.modules, keys, cache, log })];
  const health = () => running.health();
  http = await serveHttp({ host: '127.0.0.1', port: 0, drain: 0, handlers, health, log: silent });
});
afterAll(async () => {
  await Promise.all(remotes.map((remote) => remote.close()));
  http.server.closeAllConnections();
  await http.close();
  await running.stop();
});

/** What calls the ledger from a process that has these keys. */
function callsWith(keys: string): Remote {
  const addresses = new Map([['ledger', [http.url.replace('localhost', '127.0.0.1')]]]);
  const remote = remoteModules({ modules: [ledger], addresses, keys: readKeys(keys), log: silent });
  remotes.push(remote);
  return remote;
}

const headquarters = { kind: 'staff', id: 'eve', scopes: ['ledger:read', 'internal:ledger'], stores: 'all' } as const;

/** Asks the ledger's internal graph as a module. */
const ask = async (remote: Remote, name: string, query: string) => {
  const identity: Identity = { kind: 'service', name, for: headquarters };
  const { data, errors } = await remote.internal('ledger').execute({ query, identity });
  return data ?? errors?.[0]?.extensions;
};

test('a plug-in with a key of its own asks as itself, on behalf of nobody, whatever it says', async () => {
  const { who } = (await ask(callsWith(ITS_OWN), 'orders', '{ who }')) as { who: string };
  expect(JSON.parse(who)).toEqual({ kind: 'service', name: 'guest', for: { kind: 'anonymous' } });
});

test('what it asks is within its scopes, here as in one process', async () => {
  const own = callsWith(ITS_OWN);
  expect(await ask(own, 'guest', 'mutation { pay }')).toEqual({ code: 'FORBIDDEN', scope: 'internal:ledger' });
  expect(await ask(own, 'product', 'mutation { pay }')).toEqual({ code: 'FORBIDDEN', scope: 'internal:ledger' });
  const ours = callsWith(OURS);
  expect(await ask(ours, 'bare', '{ who }')).toEqual({ code: 'FORBIDDEN', scope: 'ledger:read' });
  expect(await ask(ours, 'bare', 'mutation { pay }')).toEqual({ code: 'FORBIDDEN', scope: 'internal:ledger' });
  expect(await ask(ours, 'clerk', 'mutation { pay }')).toEqual({ pay: 1 });
  expect(await ask(ours, 'nobody', '{ who }')).toEqual({ code: 'FORBIDDEN', scope: 'ledger:read' });
  expect(await ask(ours, 'product', 'mutation { pay }')).toEqual({ pay: 1 });
});

test('its key is good for its own settings, and for nothing that the product does', async () => {
  const own = callsWith(ITS_OWN);
  const settings = own.port('ledger', offer(PluginSettings, 'settings')) as PluginSettings;
  expect(await settings.read('guest', 'any')).toMatchObject({ values: { secret: 'of guest' } });
  const away = { code: 'UNAVAILABLE' };
  await expect(settings.read('other', 'any')).rejects.toMatchObject(away);
  await expect((own.port('ledger', offer(Till, 'till')) as Till).refund()).rejects.toMatchObject(away);
  const { errors } = await own.subgraph('ledger').execute({ query: '{ balance }', identity: headquarters });
  expect(errors?.[0]?.extensions).toEqual(away);
  const page = await own.route('ledger', new Request('http://shop.example/ledger'), headquarters);
  expect(page.status).toBe(503);
  expect(done).toEqual(['read guest']);
  const reasons = new Set(refused.map(({ reason }) => reason));
  expect([...reasons]).toEqual(['The key of the plug-in guest is not good for this call.']);
});
