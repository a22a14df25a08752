import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../import/refusal.ts';

/** A product that nobody else uses, with data of its own; both are gone when it is disposed of. */
export interface PrivateProduct extends AsyncDisposable {
  url: string;
  dataDir: string;
}

/** Starts a product in a process of its own, so that it does not share a processor with whoever measures it. */
export async function startPrivateProduct(): Promise<PrivateProduct> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-replay-'));
  const child = fork(new URL('./product-process.ts', import.meta.url), [dataDir]);
  const exited = once(child, 'exit');
  const dispose = async () => {
    if (child.connected) child.disconnect();
    await exited;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (!first) {
    await dispose();
    throw new CommandFailure('a product of its own could not be started for the replay');
  }
  return { url: String(first[0]), dataDir, [Symbol.asyncDispose]: dispose };
}
