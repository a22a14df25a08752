import http, { type Response } from 'k6/http';
import { Rate } from 'k6/metrics';

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
}

/** Longer than any answer should take. */
const TIMEOUT = '30s';

/** The graph of the product at an address. */
export function graphAt(url: string): Graph {
  const address = `${url}/graphql`;
  const params = (step: string, token?: string) => ({
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    tags: { name: step },
    timeout: TIMEOUT,
  });
  return {
    ask: (step, query, variables, token) =>
      answerOf(step, http.post(address, JSON.stringify({ query, variables }), params(step, token))),
    async askMeanwhile(step, query, variables, token) {
      const body = JSON.stringify({ query, variables });
      return answerOf(step, await http.asyncRequest('POST', address, body, params(step, token)));
    },
  };
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
