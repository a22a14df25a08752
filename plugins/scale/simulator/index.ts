import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Place } from '../serial.ts';
import { pageOf } from './page.ts';

/** How what lies on the scale lies there; a hung scale says nothing, a garbled one nothing that can be read. */
export const states = ['stable', 'unstable', 'overloaded', 'hung', 'garbled'] as const;

/** What lies on the simulated scale. */
export interface Load {
  /** Whole grams with the bowl. */
  grams: number;
  /** The bowl's, in grams: above 0 the scale shows what lies in it. */
  tare: number;
  state: (typeof states)[number];
}

/** A scale behind a serial-to-network box, at a port of loopback. */
export interface Simulator {
  readonly place: Place;
  /** What lies on it; what is changed shows in the next frame. */
  readonly load: Load;
  page(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** How often a frame is sent, in milliseconds. */
const EVERY = 100;

/** Starts a scale that sends frame after frame to whoever is connected, as the facts of the protocol say. */
export async function startSimulator(): Promise<Simulator> {
  const load: Load = { grams: 326, tare: 0, state: 'stable' };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sending = setInterval(() => {
    const frame = frameOf(load);
    if (frame !== null) for (const socket of sockets) socket.write(frame);
  }, EVERY);
  return {
    place: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    load,
    page: pageOf(load),
    async close() {
      clearInterval(sending);
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function frameOf({ grams, tare, state }: Load): string | null {
  const kind = tare > 0 ? 'NT' : 'GS';
  switch (state) {
    case 'hung':
      return null;
    case 'garbled':
      return '\x00\x80?#\r\n';
    case 'overloaded':
      return `OL,${kind},+-------kg\r\n`;
    default: {
      // What wobbles shows another weight each time.
      const shown = grams - tare + (state === 'unstable' ? Math.round(Math.random() * 40 - 20) : 0);
      const kilograms = (Math.abs(shown) / 1_000).toFixed(3).padStart(7, '0');
      return `${state === 'stable' ? 'ST' : 'US'},${kind},${shown < 0 ? '-' : '+'}${kilograms}kg\r\n`;
    }
  }
}
