import { modules as productModules } from '../../cli/modules.ts';
import { type Product, startProduct } from '../../cli/product.ts';
import type { Servers } from '../../cli/servers.ts';
import { demoEnvironment } from '../../cli/settings.ts';
import { remoteModules } from '../../kernel/calls/client.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import { askInternal } from '../../kernel/host.ts';
import { anonymous, TokenVerifier } from '../../kernel/identity.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { offer } from '../../kernel/ports.ts';
import type { App, AppOptions } from '../app.ts';
import { clientsOf } from '../clients.ts';
import { freePorts } from './fleet.ts';
import { type Host, startHost } from './host.ts';
import { declarationOf, declared } from './protocol.ts';
import { CALL_KEYS, splitServers } from './servers.ts';
import { removeNamespace, tablesOf } from './store.ts';

const SUBGRAPHS = ['menu', 'orders', 'members', 'marketing', 'inventory', 'devices'];

/**
 * The product as eight processes on MySQL, RabbitMQ and Redis: each subgraph, the plug-ins together, and the gateway.
 * Modules of a test's own, and those that it has altered, are hosted by the test's process, as one process more.
 */
export async function startSplitApp(options: AppOptions): Promise<App> {
  const modules = options.modules ?? productModules;
  const servers = splitServers(options.dataDir);
  const own = modules.filter((module) => !productModules.includes(module));
  const shares = sharesOf(modules.filter((module) => !own.includes(module)));
  const ports = await freePorts(shares.length + 1);
  const addresses = new Map<string, string[]>();
  for (const [index, names] of shares.entries())
    for (const name of names) addresses.set(name, [`http://127.0.0.1:${ports[index]}`]);
  for (const { name } of own) addresses.set(name, [`http://127.0.0.1:${ports.at(-1)}`]);
  const environment: NodeJS.ProcessEnv = { ...demoEnvironment, ...options.environment };
  for (const [name, [url]] of addresses) environment[`MODULE_URL_${name.replaceAll('-', '_').toUpperCase()}`] = url;

  await using opening = new AsyncDisposableStack();
  const { clock } = options;
  const log = createLog(process.env['LOG_LEVEL'] ?? 'silent');
  const config = { modules: modules.map(declarationOf), servers, environment, drain: 0, at: clock?.now() };
  const here = await startOwn(own, modules, servers, environment, ports.at(-1) ?? 0, clock ?? { now: Date.now });
  if (here) opening.defer(() => here.stop());
  const startShare = async (names: string[], index: number) => {
    const host = await startHost({ ...config, names, gateway: names.length === 0, port: ports[index] ?? 0 });
    opening.defer(() => host.stop());
    return host;
  };
  const hosts: Host[] = await Promise.all(shares.slice(0, -1).map(startShare));
  // The gateway last: it leaves a process alone for a second that did not answer when it looked for it.
  hosts.push(await startShare([], shares.length - 1));

  /** The other processes' clocks on their way to where the test has set its own. */
  let moving: Promise<unknown> = Promise.resolve();
  clock?.follow((at) => {
    moving = Promise.all([moving, ...hosts.map((host) => host.setClock(at))]);
  });
  const remote = remoteModules({ modules, addresses, keys: readKeys(CALL_KEYS), log });
  opening.defer(() => remote.close());
  const clients = clientsOf(`http://127.0.0.1:${ports[shares.findIndex((names) => names.length === 0)]}`, () => moving);
  opening.defer(() => clients.close());
  const tables = tablesOf(servers);
  opening.defer(() => tables.close());
  const opened = opening.move();
  return {
    ...clients,
    dataDir: options.dataDir ?? servers.namespace,
    get product(): Product {
      throw new Error('this product has many processes');
    },
    async settled() {
      await moving;
      const all = [...hosts, ...(here ? [here.running] : [])];
      while ((await Promise.all(all.map((one) => one.settle()))).includes(true));
    },
    async runJob(name) {
      await moving;
      const module = name.split('.')[0] ?? '';
      const host = hosts[shares.findIndex((names) => names.includes(module))];
      await (host ?? here?.running)?.runJob(name);
    },
    async internal(module, query, variables) {
      await moving;
      const identity = { kind: 'service', name: 'product', for: anonymous } as const;
      return askInternal(remote.internal(module), module, { query, variables, identity });
    },
    subgraph: (module) => remote.subgraph(module),
    verify: async (token) => {
      await moving;
      return (remote.port('members', offer(TokenVerifier, 'members')) as TokenVerifier).verify(token);
    },
    sql: (module, statement, params) => tables.run(module, statement, params),
    async [Symbol.asyncDispose]() {
      await moving;
      await opened.disposeAsync();
      if (!options.dataDir) await removeNamespace(servers);
    },
  };
}

/** What each process hosts: a subgraph, all plug-ins, nothing but the gateway. */
function sharesOf(modules: readonly Module[]): string[][] {
  const names = modules.map(({ name }) => name);
  const plugins = names.filter((name) => !SUBGRAPHS.includes(name));
  const subgraphs = names.filter((name) => SUBGRAPHS.includes(name)).map((name) => [name]);
  return [...subgraphs, ...(plugins.length > 0 ? [plugins] : []), []];
}

/** The share of the test's own process, where there is one. */
async function startOwn(
  own: readonly Module[],
  modules: readonly Module[],
  servers: Servers,
  environment: NodeJS.ProcessEnv,
  port: number,
  clock: { now(): number },
) {
  if (own.length === 0) return undefined;
  const others = modules.filter((module) => !own.includes(module)).map((module) => declared(declarationOf(module)));
  return startProduct({
    shape: { modules: [...others, ...own], hosted: own, elsewhere: others, gateway: false },
    servers,
    host: '127.0.0.1',
    port,
    development: true,
    drain: 0,
    environment,
    clock,
    log: createLog(process.env['LOG_LEVEL'] ?? 'silent'),
  });
}
