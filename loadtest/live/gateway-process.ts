import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { gatewayFace } from '../../gateway/face.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { guardsOf } from '../../gateway/guards/guards.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import { serveHttp } from '../../kernel/http-server.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import type { Memory, Told } from './messages.ts';
import { publishing } from './publish.ts';
import { identify, nearFree, newVersions } from './subgraphs.ts';

/**
 * What is measured, in a process of its own: the product's graph over subgraphs that are near-free, behind the product's
 * own face with its own limits; or, told `bare`, sockets that nobody answers on. Ends with its parent.
 */
const SUPERGRAPH = new URL('../../schema/supergraph.graphql', import.meta.url);
process.once('disconnect', () => process.exit(0));

const live = localChannel();
const versions = newVersions();
const publish = publishing(live, versions);
const port = process.argv[2] === 'bare' ? await bareSockets() : await gateway();
process.on('message', async (told: Told) => process.send?.(told.do === 'measure' ? measure() : await publish(told)));
process.send?.({ port });

async function gateway(): Promise<number> {
  const log = createLog('warn');
  const supergraph = readFileSync(SUPERGRAPH, 'utf8');
  const face = gatewayFace({
    gateway: createGateway({ supergraph, executorOf: nearFree(versions), live, log }),
    routes: async () => null,
    identify,
    guards: guardsOf({}, false),
    cache: localCache(systemClock),
    clock: systemClock,
    development: false,
    log,
  });
  const health = async () => ({ ready: true });
  const { server } = await serveHttp({ host: '127.0.0.1', port: 0, drain: 0, handlers: [face.handle], health, log });
  face.takeSockets(server);
  return (server.address() as AddressInfo).port;
}

/** Sockets of the library that the gateway takes, and nothing besides. */
async function bareSockets(): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

function measure(): Memory {
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
