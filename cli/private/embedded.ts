import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CommandFailure } from '../import/refusal.ts';
import { sqliteTables } from '../replay/check/tables.ts';
import type { PrivateProduct } from './products.ts';

/**
 * Starts a product in a process of its own, so that it does not share a processor with whoever measures it, and outlives
 * an interrupted command by the moment that it takes to remove its data.
 */
export async function startEmbedded(): Promise<PrivateProduct> {
  const child = fork(new URL('./embedded-process.ts', import.meta.url));
  const exited = once(child, 'exit');
  const dispose = async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (!first) {
    await dispose();
    throw new CommandFailure('a product of its own could not be started');
  }
  const { url, dataDir } = first[0] as { url: string; dataDir: string };
  return {
    url,
    processes: [{ name: 'product', pid: child.pid as number }],
    openTables: async () => sqliteTables(dataDir),
    [Symbol.asyncDispose]: dispose,
  };
}
