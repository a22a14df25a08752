import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modules } from '../../cli/modules.ts';
import { startProduct } from '../../cli/product.ts';
import { embedded } from '../../cli/servers.ts';
import { demoEnvironment } from '../../cli/settings.ts';
import { whole } from '../../cli/shape.ts';
import { systemClock } from '../../kernel/clock.ts';
import { anonymous } from '../../kernel/identity.ts';
import { createLog } from '../../kernel/log.ts';
import type { Transaction } from '../../kernel/module.ts';
import type { RunningModule } from '../../kernel/set-up.ts';
import type { Graph } from './messages.ts';
import { kitchensScene } from './product-kitchens.ts';
import { ordersScene } from './product-orders.ts';

/** A module of the product that is measured, as a scene is made in it. */
export interface Stage {
  /** Writes in one transaction. */
  write<T>(module: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  module(name: string): RunningModule;
}

/** The whole product in one process on SQLite, with data of its own that go when the process ends. */
export async function productGraph(): Promise<Graph> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-bench-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const product = await startProduct({
    shape: whole(modules),
    servers: embedded(dataDir),
    host: '127.0.0.1',
    port: 0,
    development: false,
    drain: 0,
    environment: demoEnvironment,
    clock: systemClock,
    log: createLog('warn'),
  });
  const module = (name: string) => product.running.modules.get(name) as RunningModule;
  const stage: Stage = {
    module,
    write: (name, work) => module(name).host.transact(module(name).context(anonymous), work),
  };
  let change: Graph['change'] = () => 0;
  return {
    port: Number(new URL(product.url).port),
    async prepare(scene) {
      const made = scene.what === 'orders' ? await ordersScene(stage, scene) : await kitchensScene(stage, scene);
      change = made.change;
      return made;
    },
    change: (index) => change(index),
  };
}
