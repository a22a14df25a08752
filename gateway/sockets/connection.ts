import type { ExecutionResult, GraphQLError } from 'graphql';
import type { WebSocket } from 'ws';
import { textOf } from '../result-text.ts';
import type { SocketLimits } from './limits.ts';
import { CLOSED, type ClientMessage, type OperationParams, readMessage } from './messages.ts';

/** What a client's operation leads to: an answer, several, or none because it is refused. */
export type Begun = ExecutionResult | AsyncIterable<ExecutionResult> | readonly GraphQLError[];

export interface ConnectionOptions {
  limits: SocketLimits;
  /** Looks at what a client says of itself, once; answers why it is not let in, if it is not. */
  admit(params: Readonly<Record<string, unknown>>): Promise<readonly [number, string] | undefined>;
  begin(params: OperationParams): Promise<Begun>;
  /** The error of one operation too many. */
  tooMany(): GraphQLError;
}

/** How many times as many operations as may run are worked on, those included that the client has ended meanwhile. */
const ENDING = 2;

/** Speaks `graphql-transport-ws` with one client, until its socket closes. */
export function serveConnection(socket: WebSocket, { limits, admit, begin, tooMany }: ConnectionOptions): void {
  let state: 'new' | 'admitting' | 'ready' = 'new';
  /** What runs, by the client's ids; undefined while it begins. */
  const running = new Map<string, AsyncIterator<ExecutionResult> | undefined>();

  /** How many are worked on. */
  let begun = 0;

  const close = ([code, reason]: readonly [number, string]) => socket.close(code, reason);
  let patience: NodeJS.Timeout | undefined = setTimeout(() => close(CLOSED.initTimeout), limits.init);
  const rest = () => {
    clearTimeout(patience);
    patience = undefined;
    if (running.size === 0 && socket.readyState === socket.OPEN)
      patience = setTimeout(() => close(CLOSED.idle), limits.idle);
  };

  /** Resolves when it is on its way, so that a slow client is not written to faster than it reads. */
  const send = (text: string) => new Promise<void>((resolve) => socket.send(text, () => resolve()));
  const say = (message: object) => send(JSON.stringify(message));

  async function init(params: Readonly<Record<string, unknown>>): Promise<void> {
    if (state !== 'new') return close(CLOSED.initTwice);
    state = 'admitting';
    const refusal = await admit(params);
    if (refusal) return close(refusal);
    state = 'ready';
    rest();
    await say({ type: 'connection_ack' });
  }

  async function subscribe(id: string, params: OperationParams): Promise<void> {
    if (state !== 'ready') return close(CLOSED.notAcknowledged);
    if (running.has(id)) return close(CLOSED.sameId);
    const isFull = running.size >= limits.operations || begun >= ENDING * limits.operations;
    if (isFull) return void say({ type: 'error', id, payload: [tooMany()] });
    begun += 1;
    running.set(id, undefined);
    rest();
    try {
      const answer = await begin(params);
      if (Array.isArray(answer)) {
        if (running.delete(id)) await say({ type: 'error', id, payload: answer });
        return;
      }
      await show(id, answer as Exclude<Begun, readonly GraphQLError[]>);
    } finally {
      begun -= 1;
      running.delete(id);
      rest();
    }
  }

  async function show(id: string, answer: ExecutionResult | AsyncIterable<ExecutionResult>): Promise<void> {
    const name = JSON.stringify(id);
    const next = (result: ExecutionResult) => send(`{"id":${name},"type":"next","payload":${textOf(result)}}`);
    /** A function of its own, so that no frame is kept while the next is waited for, which may be for hours. */
    const showNext = async (frames: AsyncIterator<ExecutionResult>) => {
      const { done, value } = await frames.next();
      if (done || !running.has(id)) return false;
      await next(value);
      return true;
    };
    if (Symbol.asyncIterator in answer) {
      const frames = answer[Symbol.asyncIterator]();
      // It may have been ended while it began.
      if (!running.has(id)) return void (await frames.return?.());
      running.set(id, frames);
      while (await showNext(frames));
    } else if (running.has(id)) await next(answer);
    if (running.has(id)) await say({ type: 'complete', id });
  }

  function end(id: string) {
    const frames = running.get(id);
    running.delete(id);
    frames?.return?.();
  }

  async function hear(message: ClientMessage | undefined): Promise<void> {
    switch (message?.type) {
      case 'connection_init':
        return init(message.payload ?? {});
      case 'ping':
        return say({ type: 'pong', ...(message.payload && { payload: message.payload }) });
      case 'pong':
        return;
      case 'subscribe':
        return subscribe(message.id, message.payload);
      case 'complete':
        return end(message.id);
      default:
        return close(CLOSED.badMessage);
    }
  }

  socket.on('message', (data, isBinary) => {
    // Whoever does not read does not read why either.
    if (socket.bufferedAmount > limits.unread) return socket.terminate();
    hear(isBinary ? undefined : readMessage(String(data))).catch(() => close([1011, 'Internal error']));
  });
  socket.on('close', () => {
    clearTimeout(patience);
    for (const id of [...running.keys()]) end(id);
  });
}
