import { setTimeout as pause } from 'node:timers/promises';
import type { Servers } from '../../cli/servers.ts';
import { type Command, run } from '../process.ts';
import { freePort } from '../servers/machine.ts';
import { splitServers } from './servers.ts';
import { removeNamespace } from './store.ts';

/** A process of a fleet, started by the command that operators use. */
export interface Member {
  /** What it hosts: `orders`, `gateway`. */
  readonly share: string;
  readonly url: string;
  readonly command: Command;
}

/** The product as many processes on this machine, as an operator runs it. */
export interface Fleet extends AsyncDisposable {
  readonly namespace: string;
  /** Those that run just now. */
  members(share?: string): Member[];
  /** Starts one more process of a share on a free one of its ports; resolves when /readyz says yes. */
  start(share: string): Promise<Member>;
  /** Sends SIGTERM and waits for the end; answers the exit code. */
  stop(member: Member): Promise<number | null>;
  /** Sends SIGKILL. */
  kill(member: Member): Promise<void>;
}

/** Modules that share a process, and where such processes may listen. */
export interface Plan {
  /** What each process hosts, by the share's name: `{ orders: ['orders', 'cash-payment'], gateway: ['gateway'] }`. */
  shares: Readonly<Record<string, readonly string[]>>;
  /** How many processes of a share run at first, where not one. */
  replicas?: Readonly<Record<string, number>>;
  environment?: NodeJS.ProcessEnv;
  /** What it stands on, where that is not the servers of the run under names of its own. */
  servers?: Servers;
}

/** The six subgraphs, the plug-ins and the gateway: eight processes. */
export const EIGHT: Plan['shares'] = {
  menu: ['menu'],
  orders: ['orders'],
  members: ['members'],
  marketing: ['marketing'],
  inventory: ['inventory'],
  devices: ['devices'],
  plugins: [
    'cash-payment',
    'demo-payment',
    'demo-sign-in',
    'kitchen-screen',
    'meituan',
    'plugin-settings',
    'remote-plugins',
    'wechat-pay',
  ],
  gateway: ['gateway'],
};

/** Each share has so many ports: for its replicas, and for those that take their place in a rolling restart. */
const PORTS = 4;

/** Starts a fleet. Everything that it made on its servers is gone when it is disposed of. */
export async function startFleet(plan: Plan): Promise<Fleet> {
  const { shares, replicas = {}, environment = {}, servers = splitServers(undefined) } = plan;
  const names = Object.keys(shares);
  const taken = await freePorts(names.length * PORTS);
  const portsOf = (share: string) => taken.slice(names.indexOf(share) * PORTS).slice(0, PORTS);
  const addresses = Object.entries(shares).flatMap(([share, modules]) =>
    modules
      .filter((name) => name !== 'gateway')
      .map((name) => [
        `MODULE_URL_${name.replaceAll('-', '_').toUpperCase()}`,
        portsOf(share)
          .map((port) => `http://127.0.0.1:${port}`)
          .join(','),
      ]),
  );
  const common: NodeJS.ProcessEnv = {
    ...Object.fromEntries(addresses),
    DATABASE_URL: servers.storage.kind === 'mysql' ? servers.storage.url : '',
    RABBITMQ_URL: servers.rabbitmq,
    REDIS_URL: servers.redis,
    NAMESPACE: servers.namespace,
    CALL_KEYS: servers.callKeys,
    ...environment,
  };
  const running = new Map<number, Member>();

  const start = async (share: string): Promise<Member> => {
    const port = portsOf(share).find((one) => !running.has(one));
    const modules = shares[share];
    if (!port || !modules) throw new Error(`no room for one more ${share}`);
    const command = run('start', modules, { ...common, PORT: String(port) });
    const member = { share, url: `http://127.0.0.1:${port}`, command };
    running.set(port, member);
    command.ended().then(() => running.get(port) === member && running.delete(port));
    await command.printed(/DineGraph is running/);
    await untilReady(member);
    return member;
  };
  const end = async (member: Member, signal: 'SIGTERM' | 'SIGKILL') => {
    member.command.child.kill(signal);
    return member.command.ended();
  };

  const fleet: Fleet = {
    namespace: servers.namespace,
    members: (share) => [...running.values()].filter((member) => !share || member.share === share),
    start,
    stop: (member) => end(member, 'SIGTERM'),
    kill: async (member) => void (await end(member, 'SIGKILL')),
    async [Symbol.asyncDispose]() {
      await Promise.all([...running.values()].map((member) => end(member, 'SIGKILL')));
      await removeNamespace(servers);
    },
  };
  const first = names.flatMap((share) => Array.from({ length: replicas[share] ?? 1 }, () => share));
  const modulesFirst = Map.groupBy(first, (share) => (share === 'gateway' ? 'gateways' : 'modules'));
  try {
    // One start after the other of a share, since each takes the next free port; the shares side by side.
    await Promise.all((modulesFirst.get('modules') ?? []).map(start));
    await Promise.all((modulesFirst.get('gateways') ?? []).map(start));
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
  return fleet;
}

/** How long a process that runs may take until it is ready, in milliseconds, and how often to look. */
const PATIENCE = 60_000;
const LOOK = 50;

/** Resolves when /readyz says yes; rejects when the process ends before, or after a minute. */
async function untilReady({ share, url, command: { child, output } }: Member): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${share} has ended before it was ready:\n${output()}`);
    if (Date.now() > until) throw new Error(`${share} is not ready: ${await answer?.text()}`);
    await pause(LOOK);
  }
}

/** Ports of loopback that nobody uses just now, and that no client is given while a process is away. */
export function freePorts(count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}
