import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CommandFailure } from '../import/refusal.ts';

/** A product that nobody else uses, with data of its own; both are gone when it is disposed of. */
export interface PrivateProduct extends AsyncDisposable {
  url: string;
  dataDir: string;
  /** Its process. */
  pid: number;
}

/**
 * Starts a product in a process of its own, so that it does not share a processor with whoever measures it, and outlives
 * an interrupted replay by the moment that it takes to remove its data.
 */
export async function startPrivateProduct(): Promise<PrivateProduct> {
  const child = fork(new URL('./product-process.ts', import.meta.url));
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
  return { url, dataDir, pid: child.pid as number, [Symbol.asyncDispose]: dispose };
}
