import http, { type Response } from 'k6/http';
import { Rate } from 'k6/metrics';
import { setTimeout } from 'k6/timers';

/** Every request to the graph, and whether it failed: no answer, another status than 200, or an error in the answer. */
export const failedRequests = new Rate('failed_requests');

/** An answer, and how long the asker waited for it in milliseconds, a new connection included. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the caller reads what it selected
  data: any;
  took: number;
}

/** The graph of a product, asked over HTTP. */
export interface Graph {
  /** Asks and waits. `step` names the request in k6's own figures. Throws an Error when the request failed. */
  ask(step: string, query: string, variables: object, token?: string): Answer;
  /** Asks while other work goes on. */
  askMeanwhile(step: string, query: string, variables: object, token?: string): Promise<Answer>;
  /** Asks while other work goes on, and again when that failed: for what carries an idempotency key. */
  insist(step: string, query: string, variables: object, token?: string): Promise<Answer>;
}

/** Resolves after so many milliseconds. */
export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(() => resolve(), milliseconds));

/** Longer than any answer should take. */
const TIMEOUT = '30s';
/** How often somebody insists, and how long after a failure, in milliseconds. */
const ATTEMPTS = 5;
const AGAIN = 1_000;

/** The graph of the product at an address. */
export function graphAt(url: string): Graph {
  const address = `${url}/graphql`;
  const params = (step: string, token?: string) => ({
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    tags: { name: step },
    timeout: TIMEOUT,
  });
  const graph: Graph = {
    ask: (step, query, variables, token) =>
      answerOf(step, http.post(address, JSON.stringify({ query, variables }), params(step, token))),
    async askMeanwhile(step, query, variables, token) {
      const body = JSON.stringify({ query, variables });
      return answerOf(step, await http.asyncRequest('POST', address, body, params(step, token)));
    },
    async insist(...asked) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await graph.askMeanwhile(...asked);
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
          await pause(AGAIN);
        }
      }
    },
  };
  return graph;
}

function answerOf(step: string, response: Response): Answer {
  const failure = failureOf(response);
  failedRequests.add(failure !== undefined);
  if (failure !== undefined) throw new Error(`${step}: ${failure}`);
  const { blocked, duration } = response.timings;
  return { data: (response.json() as { data: unknown }).data, took: blocked + duration };
}

function failureOf(response: Response): string | undefined {
  if (response.error) return response.error;
  if (response.status !== 200) return `status ${response.status}`;
  const { errors } = response.json() as { errors?: { message: string; extensions?: { code?: string } }[] };
  return errors?.map(({ message, extensions }) => `${message} (${extensions?.code})`).join('; ');
}
