import type { ServerClock } from './clock.ts';
import type { Operation } from './graph.ts';

/** The server answered with an error; `code` is its `extensions.code`. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** There was no answer: the network, or a server that is not up. */
export class Unreachable extends Error {}

/** Asks the graph. Throws Refused or Unreachable. */
export type Ask = <V, D>(operation: Operation<V, D>, variables: V, token?: string) => Promise<D>;

/** How long an answer may take, in milliseconds. */
const PATIENCE = 8_000;

/** Asks the graph over HTTP, and sets the clock by each answer. */
export function httpAsk(clock: ServerClock): Ask {
  return async (operation, variables, token) => {
    const sentAt = Date.now();
    const body = await post(JSON.stringify({ query: operation.query, variables }), token, (date) =>
      clock.observe(date, sentAt, Date.now()),
    );
    const error = body.errors?.[0];
    if (error) throw new Refused(error.extensions?.code ?? 'INTERNAL', error.message);
    return body.data as NonNullable<typeof operation.data>;
  };
}

/** A GraphQL answer. */
export interface Answer {
  data?: unknown;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
}

async function post(body: string, token: string | undefined, date: (value: string | null) => void): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      cache: 'no-store',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body,
    });
    date(response.headers.get('date'));
    const answer = (await response.json()) as Answer;
    if (!answer.data && !answer.errors) throw new Error('not an answer of the graph');
    return answer;
  } catch (error) {
    throw new Unreachable('the server does not answer', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
