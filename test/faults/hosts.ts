import { modules } from '../../cli/modules.ts';
import type { Servers } from '../../cli/servers.ts';
import { demoEnvironment } from '../../cli/settings.ts';
import { remoteModules } from '../../kernel/calls/client.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import { askInternal } from '../../kernel/host.ts';
import { anonymous } from '../../kernel/identity.ts';
import { createLog } from '../../kernel/log.ts';
import { freePorts } from '../split/fleet.ts';
import { type Host, startHost } from '../split/host.ts';
import { declarationOf } from '../split/protocol.ts';

/** What a process hosts: names of modules, and `gateway`. */
export type Share = readonly string[];

/** The whole product in one process. */
export const WHOLE: readonly Share[] = [[...modules.map(({ name }) => name), 'gateway']];

export interface HostsOptions {
  shares: readonly Share[];
  servers: Servers;
  environment?: NodeJS.ProcessEnv;
  /** The script that each process runs, where not the usual one. */
  script?: string;
  /** Called when a process has ended by itself; unless told otherwise by `restart`, it stays away. */
  onEnd?(index: number): void;
}

/** A product whose processes do what a scenario says: they tell their time by it, and come back when they have died. */
export interface Hosts extends AsyncDisposable {
  /** The gateway's. */
  readonly url: string;
  readonly processes: readonly Host[];
  /** Starts one that has ended. */
  restart(index: number): Promise<void>;
  /**
   * Has the clocks of all run so far ahead of the machine's, in milliseconds; also of those that are started later. One
   * that has ended is left out.
   */
  setAhead(ahead: number, but?: number): Promise<void>;
  /** Runs a job now: `orders.recover`. */
  runJob(name: string): Promise<void>;
  /** Resolves when every event that can be delivered now has been applied, with all that followed from it. */
  settled(): Promise<void>;
  /** Makes sure that headquarters has its account. */
  ensureHeadquarters(): Promise<void>;
}

const ENSURE = `mutation ($name: String!, $pin: String!) {
  ensureStaff(name: $name, pin: $pin, role: "HEADQUARTERS", storeIds: []) }`;

/** Starts a product in processes under control. */
export async function startHosts({ shares, servers, environment, script, onEnd }: HostsOptions): Promise<Hosts> {
  const ports = await freePorts(shares.length);
  const urlOf = (module: string) => `http://127.0.0.1:${ports[shares.findIndex((names) => names.includes(module))]}`;
  const addresses = new Map(modules.map(({ name }) => [name, [urlOf(name)]]));
  const all: NodeJS.ProcessEnv = { ...demoEnvironment };
  for (const [name, [url]] of addresses) all[`MODULE_URL_${name.replaceAll('-', '_').toUpperCase()}`] = url;
  Object.assign(all, environment);
  const processes: Host[] = [];
  let ahead = 0;
  let ending = false;

  const start = async (index: number) => {
    const names = shares[index]?.filter((name) => name !== 'gateway') ?? [];
    const gateway = shares[index]?.includes('gateway') ?? false;
    const shape = { names, gateway, modules: modules.map(declarationOf) };
    const config = { ...shape, servers, environment: all, port: ports[index] ?? 0, drain: 0, ahead };
    const host = await startHost(config, script);
    processes[index] = host;
    // It may have jumped while this one was starting.
    await host.setAhead(ahead);
    host.ended.then(() => ending || onEnd?.(index));
  };
  await Promise.all(shares.map((_, index) => start(index)));

  return {
    url: urlOf('gateway'),
    processes,
    restart: start,
    async setAhead(given, but) {
      ahead = given;
      // One that does not hear it is about to end, and is told when it starts again.
      const told = (host: Host) => host.setAhead(given).catch(() => host.ended);
      await Promise.all(processes.map((host, index) => (index === but ? undefined : told(host))));
    },
    async runJob(name) {
      const [module = ''] = name.split('.');
      await processes[shares.findIndex((names) => names.includes(module))]?.runJob(name);
    },
    async settled() {
      while ((await Promise.all(processes.map((host) => host.settle()))).includes(true));
    },
    async ensureHeadquarters() {
      if (!servers.callKeys) throw new Error('a product of one process has its headquarters made before it is started');
      const keys = readKeys(servers.callKeys);
      const remote = remoteModules({ modules, addresses, keys, log: createLog('silent') });
      const variables = { name: 'Head Office', pin: '123456' };
      const identity = { kind: 'service', name: 'product', for: anonymous } as const;
      await askInternal(remote.internal('members'), 'members', { query: ENSURE, variables, identity });
      await remote.close();
    },
    async [Symbol.asyncDispose]() {
      ending = true;
      await Promise.all(processes.map((host) => host.kill()));
    },
  };
}
