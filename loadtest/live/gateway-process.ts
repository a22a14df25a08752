import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Graph, Memory, Told } from './messages.ts';
import { nearFreeGraph } from './near-free-graph.ts';
import { publish } from './publish.ts';

/** What is measured, in a process of its own, which ends with its parent. Its argument says what that is. */
const kinds: Record<string, () => Promise<Graph>> = {
  bare: bareSockets,
  'near-free': nearFreeGraph,
  // Loaded when it is wanted, since all its modules take memory.
  product: async () => (await import('./product-graph.ts')).productGraph(),
};
process.once('disconnect', () => process.exit(0));

const graph = await kinds[process.argv[2] ?? '']?.();
if (!graph) throw new Error(`one of ${Object.keys(kinds).join(', ')}`);
let things = 0;

async function answer(told: Told) {
  if (told.do === 'measure') return measure();
  if (told.do === 'publish') return publish(graph as Graph, things, told.rate, told.seconds);
  things = told.things;
  return (graph as Graph).prepare(told);
}

process.on('message', async (told: Told) => process.send?.(await answer(told)));
process.send?.({ port: graph.port });

/** Sockets of the library that the gateway takes, and nothing besides. */
async function bareSockets(): Promise<Graph> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, prepare: async () => ({ ids: [], tokens: [] }), change: () => 0 };
}

function measure(): Memory {
  for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
