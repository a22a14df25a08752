import WebSocket from 'ws';
import { nextAddress } from './addresses.ts';
import { moment } from './messages.ts';

/** What a client asks for, as whom. */
export interface Wish {
  query: string;
  variables: Readonly<Record<string, unknown>>;
  token: string;
  /** Which of the things it watches. */
  index: number;
}

/** A client with a socket of its own, which does as little as it can with what it hears. */
export interface Watcher {
  readonly index: number;
  /** The versions that it has seen, and when each came; the first is its snapshot. */
  readonly versions: readonly number[];
  readonly moments: readonly number[];
  /** When it began to connect. */
  readonly began: number;
  /** Asks; resolves with its first frame. */
  subscribe(): Promise<void>;
  /** Breaks the connection off. */
  cut(): void;
}

const PROTOCOL = 'graphql-transport-ws';
const VERSION = Buffer.from('"version":');
const NEXT = Buffer.from('"type":"next"');
const FIRST_DIGIT = 48;

/** Opens a socket, on which nothing has been said yet. */
export function openSocket(url: string): WebSocket {
  const localAddress = nextAddress();
  return new WebSocket(url, PROTOCOL, { localAddress, perMessageDeflate: false, skipUTF8Validation: true });
}

/** Connects; resolves when the client is let in. */
export function connectWatcher(url: string, wish: Wish): Promise<Watcher> {
  const { query, variables, token, index } = wish;
  const began = moment();
  const versions: number[] = [];
  const moments: number[] = [];
  const socket = openSocket(url);
  return new Promise((admitted, refused) => {
    const fail = (reason: string) => refused(new Error(`a client was not served: ${reason}`));
    const first = Promise.withResolvers<void>();
    const watcher: Watcher = {
      index,
      versions,
      moments,
      began,
      subscribe() {
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables } }));
        return first.promise;
      },
      cut: () => socket.terminate(),
    };
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('error', ({ message }) => fail(message));
    socket.on('close', (code, reason) => {
      fail(`${code} ${reason}`);
      first.reject(new Error(`a client was cut off: ${code} ${reason}`));
    });
    first.promise.catch(() => {});
    socket.on('message', (data: Buffer) => {
      if (data.includes(NEXT)) {
        versions.push(versionIn(data));
        moments.push(moment());
        if (versions.length === 1) first.resolve();
      } else if (data.includes('connection_ack')) admitted(watcher);
      else first.reject(new Error(`a client was refused: ${data}`));
    });
  });
}

/** The first number that a frame gives as a version. */
function versionIn(data: Buffer): number {
  let version = 0;
  let at = data.indexOf(VERSION) + VERSION.length;
  for (let digit = (data[at] ?? 0) - FIRST_DIGIT; digit >= 0 && digit <= 9; digit = (data[++at] ?? 0) - FIRST_DIGIT)
    version = version * 10 + digit;
  return version;
}
