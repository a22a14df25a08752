import { missingServers, type Servers, servers } from './servers.ts';

/** Where the servers of this run wait for its end: Jest hands nothing else from its setup to its teardown. */
export const run: { servers?: Servers } = {};

/** Starts the servers once for all test files of a run, which find their addresses in the environment. */
export default async function start(): Promise<void> {
  const missing = missingServers();
  if (missing.length > 0) {
    console.warn(`No servers: ${missing.join(' ')}`);
    return;
  }
  run.servers = await servers();
  // startApp makes the product of many processes.
  Object.assign(process.env, run.servers.addresses, { TEST_SHAPE: 'split' });
}
