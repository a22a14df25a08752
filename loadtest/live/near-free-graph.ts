import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { gatewayFace } from '../../gateway/face.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { guardsOf } from '../../gateway/guards/guards.ts';
import { identifyBy } from '../../gateway/identify.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import { serveHttp } from '../../kernel/http-server.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import type { Graph, Scene } from './messages.ts';
import { nearFree } from './subgraphs.ts';

const SUPERGRAPH = new URL('../../schema/supergraph.graphql', import.meta.url);

/**
 * The product's graph over subgraphs that are near-free, behind the product's own face with its own limits; so the gateway
 * is what is measured. Whoever a token names is who brings it.
 */
export async function nearFreeGraph(): Promise<Graph> {
  const log = createLog('warn');
  const live = localChannel();
  const versions = new Map<string, number>();
  const versionOf = (topic: string) => versions.get(topic) ?? 1;
  const supergraph = readFileSync(SUPERGRAPH, 'utf8');
  const face = gatewayFace({
    gateway: createGateway({ supergraph, executorOf: nearFree(versionOf), live, log }),
    routes: async () => null,
    identify: identifyBy({ verify: async (token) => ({ kind: 'diner', id: token }) }),
    guards: guardsOf({}, false),
    cache: localCache(systemClock),
    clock: systemClock,
    development: false,
    log,
  });
  const health = async () => ({ ready: true });
  const { server } = await serveHttp({ host: '127.0.0.1', port: 0, drain: 0, handlers: [face.handle], health, log });
  face.takeSockets(server);

  let what: Scene['what'] = 'orders';
  return {
    port: (server.address() as AddressInfo).port,
    async prepare(scene) {
      what = scene.what;
      const person = (number: number) => (scene.shared ? `of-${number % scene.things}` : `person-${number}`);
      return {
        ids: Array.from({ length: scene.things }, (_, index) => String(index)),
        tokens: Array.from({ length: scene.clients }, (_, number) => person(number)),
      };
    },
    change(index) {
      const topic = what === 'orders' ? `order:${index}` : `kitchen:${index}`;
      const version = versionOf(topic) + 1;
      versions.set(topic, version);
      live.publish({ topic, version });
      return version;
    },
  };
}
