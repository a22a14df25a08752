import { type Contained, contain } from '../../kernel/containment.ts';
import { kernelError } from '../../kernel/errors.ts';
import type { GraphRequest, GraphResult } from '../../kernel/executor.ts';
import { outerOf } from '../../kernel/identity.ts';
import type { Logger } from '../../kernel/log.ts';
import { KNOWS_CALLERS, type RemotePart } from '../../kernel/remote-plugins.ts';
import type { Metrics } from '../../kernel/telemetry/metrics.ts';
import { webhookHeaders } from '../../kernel/webhook-signature.ts';
import type { HttpExecutor } from './http-executor.ts';
import { httpPost } from './http-post.ts';

export interface PluginExecutorOptions {
  /** How long an answer may take, in milliseconds. */
  limit: number;
  metrics: Metrics;
  log: Logger;
}

/** A remote plug-in's part of the graph, and how it is. */
export interface PluginExecutor extends HttpExecutor {
  health: Contained['health'];
  /** Takes no more requests, and ends when those that are under way have. */
  finish(): Promise<void>;
}

/** How many requests to a remote plug-in may be under way at once: one that hangs holds up no more than these. */
const AT_ONCE = 50;
/** How many bytes its answer may have. */
const MAX_ANSWER = 5_000_000;
/** How many errors of an answer are passed on. */
const MOST_ERRORS = 100;
/** The longest message of one, and the longest that may stand beside it, in characters. */
const LONGEST_ERROR = 500;

/**
 * Executes on a remote plug-in: requests are signed, say who asks as far as the plug-in may know, and are given up in time;
 * one that fails again and again is left alone for a moment. Whatever it answers with, the rest of a request goes on.
 */
export function pluginExecutor(part: RemotePart, { limit, metrics, log }: PluginExecutorOptions): PluginExecutor {
  const { name, url, secrets } = part;
  const { post, close, finish } = httpPost({
    url,
    limit,
    maxAnswer: MAX_ANSWER,
    extensions: (request) => ({ caller: callerOf(request, part) }),
    headers: (_, body) => webhookHeaders({ body }, secrets),
    strange(reason) {
      throw new Error(reason);
    },
  });
  const contained = contain(name, {}, { metrics, log, graph: { limit, atOnce: AT_ONCE } });
  const executor = contained.executor({
    execute: (request) =>
      post(request).then(inBounds, (error: Error) => {
        // Who has hung up is no reason to think badly of the plug-in.
        if (request.signal?.aborted) throw kernelError('UNAVAILABLE');
        log.warn({ plugin: name, url, reason: error.message }, 'a remote plug-in does not answer as it should');
        throw error;
      }),
    live: async () => {
      throw kernelError('UNAVAILABLE');
    },
  });
  return { ...executor, health: contained.health, close, finish };
}

/** What it says of what failed goes to every client that asked: as much of it as is of use. */
function inBounds({ data, errors = [] }: GraphResult): GraphResult {
  const told = errors.slice(0, MOST_ERRORS).map(({ message, extensions = {}, ...error }) => {
    const code = String(extensions['code'] ?? 'SUBGRAPH_ERROR').slice(0, LONGEST_ERROR);
    const isShort = JSON.stringify(extensions).length <= LONGEST_ERROR;
    return { ...error, message: message.slice(0, LONGEST_ERROR), extensions: isShort ? extensions : { code } };
  });
  return { data, errors: told };
}

/** Who asks: what they are, and with the scope for it, who. */
function callerOf({ identity }: GraphRequest, { scopes }: RemotePart): { kind: string; id?: string } {
  const person = outerOf(identity);
  return { kind: person.kind, ...(scopes.includes(KNOWS_CALLERS) && 'id' in person && { id: person.id }) };
}
