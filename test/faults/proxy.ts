import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a proxy does to what goes through it. */
export type Harm =
  /** Nothing. */
  | { kind: 'none' }
  /** Everything comes later by so many milliseconds. */
  | { kind: 'delay'; milliseconds: number }
  /** Connections are cut: those that there are at once, and new ones as soon as they are made. */
  | { kind: 'cut' }
  /** Connections stay open and nothing flows, now or ever: those that there are, and those that are made meanwhile. */
  | { kind: 'half-open' }
  /** What is asked arrives, and the answer is lost with the connection. */
  | { kind: 'swallow' };

/** Stands before a server, on a port of loopback. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Where it passes on to, as a port of loopback; may be told after its own is known. */
  target: number;
  /** What it does from now on. What was half-open stays so: only whoever waits for it can find that out. */
  harm(harm: Harm): void;
  /** How many connections it has had, and how many of them were done harm to. */
  readonly counts: { connections: number; harmed: number };
}

/** How long a swallowed answer's connection stays open, in ms: long enough for the request to have arrived. */
const SWALLOWED = 200;

/** Both ends of a connection, and how it fares. */
interface Pair {
  client: Socket;
  server: Socket;
  /** Nothing flows any more. */
  silent: boolean;
  harmed: boolean;
}

/** Starts a proxy that does no harm yet. */
export async function startProxy(target = 0): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const counts = { connections: 0, harmed: 0 };
  let present: Harm = { kind: 'none' };

  const cut = ({ client, server }: Pair) => {
    // A reset, as of a machine that knows nothing of the connection, rather than a polite end.
    client.resetAndDestroy();
    server.resetAndDestroy();
  };
  const touch = (pair: Pair) => {
    if (!pair.harmed) counts.harmed++;
    pair.harmed = true;
  };
  const strike = (pair: Pair) => {
    if (present.kind === 'cut') cut(pair);
    if (present.kind === 'half-open') pair.silent = true;
    if (present.kind === 'cut' || present.kind === 'half-open') touch(pair);
  };

  /** Passes bytes on in order, later or never. */
  const flow = (pair: Pair, from: Socket, to: Socket, isAnswer: boolean) => {
    let passed = Promise.resolve();
    from.on('data', (chunk) => {
      if (pair.silent) return;
      if (present.kind === 'swallow' && isAnswer) {
        touch(pair);
        pair.silent = true;
        setTimeout(() => cut(pair), SWALLOWED).unref();
        return;
      }
      if (present.kind === 'delay') touch(pair);
      const wait = present.kind === 'delay' ? present.milliseconds : 0;
      const due = wait === 0 ? undefined : new Promise<void>((resolve) => setTimeout(resolve, wait));
      passed = passed.then(() => due).then(() => void (pair.silent || to.destroyed || to.write(chunk)));
    });
    from.on('end', () => void passed.then(() => pair.silent || to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      // The other end of what is half-open hears of nothing, and keeps what it keeps for its peer.
      if (!pair.silent) void passed.then(() => to.destroy());
      if (pair.client.destroyed && pair.server.destroyed) pairs.delete(pair);
    });
  };

  const proxy: TcpProxy = {
    port: 0,
    target,
    counts,
    harm(harm) {
      present = harm;
      for (const pair of pairs) strike(pair);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(listener, 'close');
      listener.close();
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await closed;
    },
  };
  const listener = createServer((client) => {
    counts.connections++;
    const server = connect(proxy.target, '127.0.0.1');
    const pair: Pair = { client, server, silent: false, harmed: false };
    pairs.add(pair);
    client.setNoDelay(true);
    server.setNoDelay(true);
    flow(pair, client, server, false);
    flow(pair, server, client, true);
    strike(pair);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return Object.assign(proxy, { port: (listener.address() as AddressInfo).port });
}
