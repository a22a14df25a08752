import { once } from 'node:events';
import { SECOND } from '../../kernel/clock.ts';
import { within } from '../../kernel/within.ts';
import type { Table } from './figures.ts';
import { startMeasured } from './gateway.ts';
import type { Memory } from './messages.ts';
import { openSocket } from './watcher.ts';

const KIB = 1_024;
const MIB = KIB * KIB;
/** How long bare sockets may take to open, in milliseconds. */
const PATIENCE = 60 * SECOND;
/** How many of them open at a time. */
const AT_A_TIME = 64;

/** What a process holds before there are sockets, and with all of them. */
export interface Grown {
  before: Memory;
  after: Memory;
}

/** What as many sockets cost a process that does nothing but keep them open. */
export async function bareSockets(count: number): Promise<Grown> {
  await using bare = await startMeasured('bare', undefined);
  const before = await bare.memory();
  const sockets: ReturnType<typeof openSocket>[] = [];
  const lane = async () => {
    while (sockets.length < count) {
      const socket = openSocket(bare.url);
      sockets.push(socket);
      await once(socket, 'open');
    }
  };
  await within(Promise.all(Array.from({ length: AT_A_TIME }, lane)), PATIENCE);
  const after = await bare.memory();
  for (const socket of sockets) socket.terminate();
  return { before, after };
}

/** What a gateway holds, in all and for each socket, and what the sockets alone are of that. */
export function memoryTable(count: number, bare: Grown, steps: Readonly<Record<string, Memory>>): Table {
  const [empty = bare.before] = Object.values(steps);
  const row = ({ resident, heap }: Memory, before: Memory) => [
    resident / MIB,
    heap / MIB,
    (resident - before.resident) / KIB / count,
    (heap - before.heap) / KIB / count,
  ];
  const rows = new Map([[`${count} sockets of ws alone`, row(bare.after, bare.before)]]);
  for (const [name, memory] of Object.entries(steps)) rows.set(name, row(memory, empty));
  return { title: 'memory', columns: ['resident MiB', 'heap MiB', 'KiB a socket', 'KiB of heap'], rows };
}
