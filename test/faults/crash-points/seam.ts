import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AbstractSqlConnection } from '@mikro-orm/sql';
import { modules } from '../../../cli/modules.ts';
import type { Host, Module, Parts } from '../../../kernel/module.ts';

/** What a process is told: to tell of every point that it passes, to die at one, or to pass them all in silence. */
export type Order = { watch: true } | { dieAt: string; time: number } | { live: true };

let order: Order = { live: true };
const passed = new Map<string, number>();

process.on('message', ({ order: given }: { order?: Order }) => {
  if (!given) return;
  order = given;
  passed.clear();
  process.send?.({ obeyed: true });
});

/** The end of the process, as if the power went, when it is to die here; told to whoever watches. */
function pass(point: string): void {
  if ('live' in order) return;
  if ('watch' in order) {
    process.send?.({ passed: point });
    return;
  }
  const time = (passed.get(point) ?? 0) + 1;
  passed.set(point, time);
  if (point === order.dieAt && time === order.time) process.kill(process.pid, 'SIGKILL');
}

/** A point before work, and one after it. */
async function around<T>(what: string, work: () => Promise<T>): Promise<T> {
  pass(`before ${what}`);
  const result = await work();
  pass(`after ${what}`);
  return result;
}

/** What a document of a module asks for first: `holdStock`. */
function fieldOf(document: unknown): string {
  const [operation] = (document as { definitions: { selectionSet: { selections: object[] } }[] }).definitions;
  const [field] = operation?.selectionSet.selections ?? [];
  return (field as { name: { value: string } } | undefined)?.name.value ?? '';
}

/** Each function of an implementation of a port, with its points. */
function watched<T extends object>(implementation: T, caller: string): T {
  return new Proxy(implementation, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        around(`${caller} calls ${String(name)}`, async () => Reflect.apply(value, target, args));
    },
  });
}

/** What a module calls outside of itself, with its points. */
function watchedHost(host: Host): Host {
  return {
    ...host,
    ask: (ctx, module, document, variables) =>
      around(`${host.name} asks ${module} ${fieldOf(document)}`, () => host.ask(ctx, module, document, variables)),
    async port(token, name) {
      const found = await host.port(token, name);
      return found && (watched(found, host.name) as typeof found);
    },
  };
}

for (const module of modules as Module[]) {
  const { setup } = module;
  Object.assign(module, {
    async setup(host: Host<never, never>): Promise<Parts> {
      const parts = await setup.call(module, watchedHost(host as Host) as Host<never, never>);
      if (!parts.on) return parts;
      const handlers = Object.entries(parts.on).map(([event, handle]) => [
        event,
        (...args: unknown[]) =>
          around(`${module.name} applies ${event}`, async () => Reflect.apply(handle as () => unknown, parts.on, args)),
      ]);
      return { ...parts, on: Object.fromEntries(handlers) };
    },
  });
}

const sql = AbstractSqlConnection.prototype;
const { commit } = sql;
sql.commit = function (this: AbstractSqlConnection, ...args: Parameters<typeof commit>) {
  return around(`commit of ${moduleOf(this)}`, () => commit.apply(this, args));
};

/** The module of a connection: its database bears its name, `.../demo-payment.sqlite` or `..._demo_payment`. */
function moduleOf(connection: AbstractSqlConnection): string {
  const { config } = connection as unknown as { config: { get(option: 'dbName'): string } };
  const database = config.get('dbName').replace('.sqlite', '').replaceAll('_', '-');
  return modules.find(({ name }) => database.endsWith(`-${name}`) || database.endsWith(`/${name}`))?.name ?? database;
}

type Confirm = (error: unknown) => void;
type Publish = (exchange: string, queue: string, content: Buffer, options: object, confirm?: Confirm) => boolean;
type Acknowledge = (message: object) => void;

const require = createRequire(import.meta.url);
/** The classes of amqplib, which it does not export. */
const channels = require(join(dirname(require.resolve('amqplib')), 'lib/channel_model.js')) as Record<
  'Channel' | 'ConfirmChannel',
  { prototype: { publish: Publish; ack: Acknowledge } }
>;
const confirming = channels.ConfirmChannel.prototype;
const { publish } = confirming;
confirming.publish = function (exchange, queue, content, options, confirm) {
  const what = queue.startsWith('amq.') ? 'the confirmation of an event' : `publishing to ${queue.split('.').at(-1)}`;
  pass(`before ${what}`);
  const done = publish.call(this, exchange, queue, content, options, (error) => {
    pass(`after ${what}`);
    confirm?.(error);
  });
  return done;
};
const { ack } = channels.Channel.prototype;
channels.Channel.prototype.ack = function (message) {
  pass('before taking a message off its queue');
  ack.call(this, message);
  pass('after taking a message off its queue');
};
