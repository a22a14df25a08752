import { run } from './global-setup.ts';

/** Stops the servers of this run. */
export default async function stop(): Promise<void> {
  await run.servers?.stop();
}
