import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A network between a page and the product that a test may take away. */
export interface Wire extends AsyncDisposable {
  /** Where the product is reached through it. */
  readonly port: number;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Swallows every byte and says nothing, as a dead radio link does. */
  silence(): void;
  /** Works again, for new connections. */
  mend(): void;
}

/** Lays a wire to a port of this machine. */
export async function layWire(target: number): Promise<Wire> {
  const open = new Set<Socket>();
  let state: 'whole' | 'cut' | 'silent' = 'whole';

  const server: Server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('data', (bytes) => state !== 'silent' && other.write(bytes));
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function end(): void {
    for (const socket of open) socket.destroy();
  }

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      end();
    },
    silence() {
      state = 'silent';
    },
    mend() {
      end();
      state = 'whole';
    },
    async [Symbol.asyncDispose]() {
      end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
