import { createClient } from 'graphql-ws/client';
import { type Answer, Refused } from './api.ts';
import { type KitchenChange, kitchenChanged } from './graph.ts';
import { type Session, Unpaired } from './session.ts';

/** What a screen knows of its link to the kitchen. */
export type LinkState =
  /** The first frame has not come yet. */
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** What is shown is as old as `since`, in epoch milliseconds by the screen's clock. */
  | { kind: 'lost'; since: number }
  /** The server refuses; trying goes on, slowly. */
  | { kind: 'refused'; code: string };

export interface ConnectionOptions {
  session: Session;
  storeId: string;
  stationId: string | null;
  onFrame(change: KitchenChange): void;
  onState(state: LinkState): void;
  /** The session has ended for good. */
  onUnpaired(): void;
}

/** A kitchen's changes, followed until it is closed: a lost link is taken up again without end. */
export interface Connection {
  /** Takes a new snapshot, at once if the link is lost. */
  renew(): void;
  close(): void;
}

/** A link on which nothing was heard is asked for a sign of life after this long, in milliseconds. */
const PING_EVERY = 4_000;
/** And given up when none has come after this long, in milliseconds. */
const PONG_WITHIN = 3_000;
/** How long the server may take to accept a new socket, in milliseconds. */
const ACCEPT_WITHIN = 6_000;
/** Between two attempts lies up to 0.5 s, then twice as much each time, up to this many milliseconds. */
const LONGEST_PAUSE = 5_000;

/** How a stream of frames ends: by our own will, by the network, by a token that is not taken, or refused by a code. */
type End = 'left' | 'lost' | 'unauthenticated' | { code: string };

/** Follows a kitchen. */
export function connect(options: ConnectionOptions): Connection {
  let closed = false;
  let failures = 0;
  let lostSince: number | undefined;
  /** Ends the stream or the pause that runs. */
  let interrupt = () => {};

  function next(change: KitchenChange): void {
    failures = 0;
    lostSince = undefined;
    options.onFrame(change);
    options.onState({ kind: 'live' });
  }

  function failed(end: End): void {
    failures += 1;
    if (typeof end === 'object') options.onState({ kind: 'refused', code: end.code });
    // A token that is not taken is renewed in silence, once.
    else if (end !== 'unauthenticated' || failures > 1) {
      lostSince ??= Date.now();
      options.onState({ kind: 'lost', since: lostSince });
    }
  }

  async function pause(): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE, 250 * 2 ** failures);
    await new Promise<void>((resolve) => {
      // Many screens of one server must not all come back in the same instant.
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function run(): Promise<void> {
    let refused: string | undefined;
    while (!closed) {
      let end: End;
      try {
        const token = await options.session.token(refused);
        if (closed) return;
        end = await stream(token, options, next, (stop) => {
          interrupt = stop;
        });
        refused = end === 'unauthenticated' ? token : undefined;
      } catch (error) {
        if (closed) return;
        if (error instanceof Unpaired) return options.onUnpaired();
        end = error instanceof Refused ? { code: error.code } : 'lost';
      }
      if (closed || end === 'left') continue;
      failed(end);
      await pause();
    }
  }

  options.onState({ kind: 'connecting' });
  void run();
  return {
    renew() {
      failures = 0;
      interrupt();
    },
    close() {
      closed = true;
      interrupt();
    },
  };
}

/** One socket with the subscription on it, from its opening to its end. */
function stream(
  token: string,
  { storeId, stationId }: ConnectionOptions,
  next: (change: KitchenChange) => void,
  stoppable: (stop: () => void) => void,
): Promise<End> {
  return new Promise((resolve) => {
    let ended = false;
    let accepted = false;
    let silence: ReturnType<typeof setTimeout> | undefined;

    function finish(end: End): void {
      if (ended) return;
      ended = true;
      clearTimeout(opening);
      clearTimeout(silence);
      // It waits for a socket that is still opening, and that one may have been given up.
      Promise.resolve(client.dispose()).catch(() => {});
      if (end !== 'left') client.terminate();
      resolve(end);
    }

    const client = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      keepAlive: PING_EVERY,
      on: {
        connected: () => {
          accepted = true;
        },
        ping: (received) => {
          if (!received) silence = setTimeout(() => finish('lost'), PONG_WITHIN);
        },
        pong: () => clearTimeout(silence),
        closed: (event) => finish(endOf((event as CloseEvent).code, accepted)),
      },
    });
    // A socket into a dead network raises nothing for minutes.
    const opening = setTimeout(() => accepted || finish('lost'), ACCEPT_WITHIN);
    stoppable(() => finish('left'));
    client.subscribe(
      { query: kitchenChanged.query, variables: { storeId, stationId } },
      {
        next(answer) {
          const { data, errors } = answer as Answer;
          const change = (data as { kitchenChanged: KitchenChange } | null | undefined)?.kitchenChanged;
          if (!change) finish(refusal(errors));
          else if (!ended) next(change);
        },
        // Errors of the graph come as a list; the socket's are told by `closed`.
        error: (problem) => Array.isArray(problem) && finish(refusal(problem)),
        complete: () => finish('lost'),
      },
    );
  });
}

function endOf(code: number, accepted: boolean): End {
  const sentAway = code === 4401 || code === 4403 || (code === 4500 && !accepted);
  return sentAway ? 'unauthenticated' : 'lost';
}

function refusal(errors: Answer['errors']): End {
  const code = errors?.[0]?.extensions?.code ?? 'INTERNAL';
  return code === 'UNAUTHENTICATED' ? 'unauthenticated' : { code };
}
