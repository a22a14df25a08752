import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { modules } from '../../cli/modules.ts';
import { newId } from '../../kernel/ids.ts';
import type { Host } from '../../kernel/module.ts';
import { startApp } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { type Command, run } from '../process.ts';

/** Moves copies of a product's data folder, each to databases of its own on the server. */
export interface Mover {
  /** Whose data it is. */
  readonly restaurant: Restaurant;
  /** Takes a new copy of the data folder, and new names on the server. */
  begin(): void;
  /** The names of the present databases begin with it. */
  readonly namespace: string;
  /** Changes the present data folder by SQL. */
  put(module: string, sql: string, ...values: (string | number | bigint)[]): void;
  /** Begins to move it. */
  command(more?: NodeJS.ProcessEnv, args?: readonly string[]): Command;
  /** Moves it; answers the exit code and all that was printed. */
  move(more?: NodeJS.ProcessEnv, args?: readonly string[]): Promise<{ code: number | null; output: string }>;
  /** Starts the product on the databases that it was moved to. */
  start(more?: NodeJS.ProcessEnv): Command;
  /** Starts the product, which must end with a line that they hold only a part. */
  expectRefusedStart(): Promise<void>;
  /** Asks the server. */
  ask(sql: string, values?: unknown[]): Promise<RowDataPacket[]>;
  /** The full name of a table on the server. */
  table(module: string, name: string): string;
  /** The names of the present databases, and of the tables of one of them. */
  databases(): Promise<string[]>;
  tables(module: string): Promise<string[]>;
  /** Removes all of it. */
  close(): Promise<void>;
}

/** What happens at the restaurant before its data is moved. */
type Play = (counter: Counter, restaurant: Restaurant) => Promise<void>;

/** Makes a restaurant's data, of which no event has reached the kitchen, for copies of it to be moved. */
export async function startMover(play: Play): Promise<Mover> {
  delete process.env['TEST_SHAPE'];
  const folders = mkdtempSync(join(tmpdir(), 'dinegraph-move-'));
  const made = join(folders, 'made');
  const restaurant = await makeRestaurant(made, play);
  const server = await createConnection({ uri: process.env['DATABASE_URL']!, supportBigNumbers: true });
  const namespaces: string[] = [];
  let folder = made;
  let namespace = '';

  const ask: Mover['ask'] = async (sql, values = []) => (await server.query<RowDataPacket[]>(sql, values))[0];
  const databasesOf = async (name: string) =>
    (await ask('show databases like ?', [`${name.replaceAll('_', '\\_')}\\_%`])).flatMap((row) => Object.values(row));
  const environment = (more: NodeJS.ProcessEnv) => ({
    NODE_ENV: 'production',
    DATA_DIR: folder,
    DATABASE_URL: process.env['DATABASE_URL'],
    RABBITMQ_URL: '',
    REDIS_URL: '',
    NAMESPACE: namespace,
    PORT: '0',
    ...more,
  });

  const mover: Mover = {
    restaurant,
    get namespace() {
      return namespace;
    },
    begin() {
      namespace = `move_${newId().replaceAll('-', '').slice(-14)}`;
      namespaces.push(namespace);
      folder = join(folders, namespace);
      cpSync(made, folder, { recursive: true });
    },
    put(module, sql, ...values) {
      const database = new DatabaseSync(join(folder, `${module}.sqlite`));
      database.prepare(sql).run(...values);
      database.close();
    },
    command: (more = {}, args = ['--from', 'sqlite', '--to', 'mysql']) => run('move', args, environment(more)),
    async move(more, args) {
      await using process = mover.command(more, args);
      return { code: await process.ended(), output: process.output() };
    },
    start: (more = {}) => run('start', [], environment(more)),
    async expectRefusedStart() {
      await using product = mover.start();
      expect(await product.ended()).toBe(1);
      expect(product.output().trim()).toMatch(/^The database \S+ at \S+ cannot be used: it holds only a part [^\n]+$/);
    },
    ask,
    table: (module, name) => `\`${namespace}_${module}\`.\`${name}\``,
    databases: () => databasesOf(namespace),
    async tables(module) {
      const sql = 'select table_name as name from information_schema.tables where table_schema = ?';
      return (await ask(sql, [`${namespace}_${module}`])).map((row) => row['name']);
    },
    async close() {
      for (const name of namespaces)
        for (const database of await databasesOf(name)) await server.query(`drop database \`${database}\``);
      await server.end();
      rmSync(folders, { recursive: true });
    },
  };
  return mover;
}

/** The product makes the data itself, while its kitchen takes no events. */
async function makeRestaurant(dataDir: string, play: Play): Promise<Restaurant> {
  const away = () => Promise.reject(new Error('the kitchen is away'));
  const on = { 'order.paid': away, 'order.cancelled': away };
  const kitchenIsAway = modules.map((module) => {
    if (module.name !== 'devices') return module;
    return {
      ...module,
      async setup(host: Host<never, never>) {
        const parts = await module.setup(host);
        return { ...parts, on: { ...parts.on, ...on } };
      },
    };
  });
  await using app = await startApp({ dataDir, modules: kitchenIsAway });
  const restaurant = await openRestaurant(app);
  await play(counterOf(app, restaurant), restaurant);
  return restaurant;
}
