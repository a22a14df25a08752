import { clearTimeout, setTimeout } from 'k6/timers';
import { WebSocket } from 'k6/websockets';

/** A subscription that is to be followed. */
export interface Following<T> {
  /** Of the product. */
  url: string;
  token: string;
  query: string;
  variables: object;
  onData(data: T): void;
  /** The connection is gone or the product refused; nothing more will come. */
  onEnd(reason: string): void;
}

/** How long the product may take to let a socket in, in milliseconds. */
const WELCOME = 30_000;

/** Follows a subscription over a socket of its own (sub-protocol graphql-transport-ws); answers how to stop. */
export function follow<T>({ url, token, query, variables, onData, onEnd }: Following<T>): () => void {
  const headers = { 'Sec-WebSocket-Protocol': 'graphql-transport-ws' };
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, null, { headers });
  let over = false;
  const stop = () => {
    over = true;
    clearTimeout(timer);
    socket.close();
  };
  const end = (reason: string) => {
    if (over) return;
    stop();
    onEnd(reason);
  };
  const timer = setTimeout(() => end('the socket was not let in'), WELCOME);
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  socket.onerror = (event) => end(`the socket failed: ${event?.error}`);
  socket.onclose = () => end('the socket was closed');
  socket.onmessage = (event) => {
    const { type, payload } = JSON.parse(String(event?.data));
    if (type === 'connection_ack') send({ type: 'subscribe', id: '1', payload: { query, variables } });
    else if (type === 'ping') send({ type: 'pong' });
    else if (type === 'complete') end('the product ended the subscription');
    else if (type === 'error') end(`the subscription was refused: ${JSON.stringify(payload)}`);
    else if (type === 'next') {
      clearTimeout(timer);
      if (payload.errors) end(`the subscription failed: ${JSON.stringify(payload.errors)}`);
      else if (!over) onData(payload.data);
    }
  };
  return stop;
}
