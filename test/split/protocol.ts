import type { Servers } from '../../cli/servers.ts';
import type { Module } from '../../kernel/module.ts';

/** What other processes have to know of a module, as it goes from process to process. */
export type Declaration = Pick<Module, (typeof DECLARED)[number]>;

const DECLARED = [
  ...(['name', 'contract', 'schema', 'internal', 'emits', 'consumes', 'readBy', 'scopes'] as const),
  ...(['routes', 'page', 'provides'] as const),
];

/** What a process hosts, and what it stands on. */
export interface HostConfig {
  /** The modules that it hosts. */
  names: readonly string[];
  gateway: boolean;
  /** Every module of the product. */
  modules: readonly Declaration[];
  servers: Servers;
  environment: NodeJS.ProcessEnv;
  port: number;
  drain: number;
  /** Where the clock stands; left out, it is the machine's. */
  at?: number | undefined;
  /** How far the clock is ahead of the machine's while it does not stand, in milliseconds. */
  ahead?: number | undefined;
}

/** What a test has a process do. */
export type HostRequest =
  | { do: 'start'; config: HostConfig }
  | { do: 'settle' }
  | { do: 'job'; job: string }
  | { do: 'clock'; at: number }
  | { do: 'ahead'; ahead: number }
  | { do: 'stop' };

/** A module as others know it. */
export function declarationOf(module: Module): Declaration {
  return JSON.parse(JSON.stringify(Object.fromEntries(DECLARED.map((name) => [name, module[name]])))) as Declaration;
}

/** A module that another process hosts. */
export function declared(declaration: Declaration): Module {
  return {
    ...declaration,
    setup() {
      throw new Error(`${declaration.name} is hosted elsewhere`);
    },
  };
}
