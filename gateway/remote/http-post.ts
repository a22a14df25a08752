import { Pool } from 'undici';
import type { GraphRequest, GraphResult } from '../../kernel/executor.ts';
import { traceparent } from '../../kernel/telemetry/trace.ts';
import { readAnswer } from '../execute/answer.ts';

export interface HttpPostOptions {
  /** Where the subgraph answers, such as `http://reviews:4001/graphql`. */
  url: string;
  /** How long an answer may take, in milliseconds. */
  limit: number;
  /** How many bytes an answer may have; 20 MB when left out. */
  maxAnswer?: number;
  /** What else is in the body. */
  extensions?(request: GraphRequest): Record<string, unknown>;
  /** What else stands in the head; it is told the body as it is sent. */
  headers(request: GraphRequest, body: string): Record<string, string>;
  /** Is told what was wrong with an answer. */
  strange(reason: string): void;
}

/** Posts GraphQL requests to an address. */
export interface HttpPost {
  /** Rejects when no answer comes, in time, of that size, in JSON. */
  post(request: GraphRequest): Promise<GraphResult>;
  /** Ends at once, with what is under way. */
  close(): Promise<void>;
  /** Takes no more requests, and ends when those that are under way have, each within its limit. */
  finish(): Promise<void>;
}

/** The most connections that are kept to a subgraph. */
const CONNECTIONS = 64;
const MAX_ANSWER = 20_000_000;

/** Opens no connection before it is needed. */
export function httpPost({ url, limit, maxAnswer = MAX_ANSWER, ...rest }: HttpPostOptions): HttpPost {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    connectTimeout: limit,
    headersTimeout: limit,
    bodyTimeout: limit,
    maxResponseSize: maxAnswer,
  });
  return {
    async post(request) {
      const { query, operationName, variables, signal } = request;
      const extensions = rest.extensions?.(request);
      const sent = JSON.stringify({ query, operationName, variables, extensions });
      const trace = traceparent();
      const headers = {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...rest.headers(request, sent),
        ...(trace && { traceparent: trace }),
      };
      const late = AbortSignal.timeout(limit);
      const { body } = await pool.request({
        method: 'POST',
        path: pathname + search,
        headers,
        body: sent,
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      return readAnswer(await body.json(), rest.strange);
    },
    close: () => pool.destroy(),
    finish: () => pool.close(),
  };
}
