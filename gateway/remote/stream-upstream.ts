import { setTimeout as pause } from 'node:timers/promises';
import { kernelError } from '../../kernel/errors.ts';
import type { GraphRequest, GraphResult, Upstream } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import { readAnswer } from '../execute/answer.ts';
import { forwarded } from './forwarded.ts';
import { presenceOf } from './presence.ts';

/** How long it waits before a lost stream is asked for anew, in milliseconds. */
const WAIT = 1_000;

/**
 * A subgraph's subscriptions over server-sent events, as GraphQL over SSE has them: a stream for each, which is asked for
 * anew when it breaks, for ever. One that is refused ends with UNAVAILABLE, or with the answer that came in its place.
 */
export function streamUpstream(url: string, forward: readonly string[], log: Logger): Upstream {
  const presence = presenceOf(url, log);

  async function* results(request: GraphRequest, signal: AbortSignal): AsyncGenerator<GraphResult> {
    const { query, variables = {}, headers: given } = request;
    const headers = {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...forwarded(forward, given),
    };
    const body = JSON.stringify({ query, variables });
    while (!signal.aborted) {
      const response = await fetch(url, { method: 'POST', headers, body, signal }).catch(() => undefined);
      if (response && response.status < 500 && !response.ok) throw kernelError('UNAVAILABLE');
      if (response?.ok && isAnswer(response)) return yield readAnswer(await response.json().catch(() => undefined));
      if (response?.ok) {
        presence.back();
        if (yield* eventsIn(response)) return;
      }
      if (!signal.aborted) presence.away();
      await pause(WAIT, undefined, { signal }).catch(() => {});
    }
  }

  /** A generator that waits for an event does not hear that it is to return; breaking off the stream ends its waiting. */
  function follow(request: GraphRequest): AsyncIterable<GraphResult> {
    const leaving = new AbortController();
    const generator = results(request, leaving.signal);
    const iterator: AsyncIterator<GraphResult> = {
      next: () => generator.next(),
      return(value) {
        leaving.abort();
        return generator.return(value);
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  return { follow, audienceOf: ({ headers }) => JSON.stringify(forwarded(forward, headers)) };
}

/** Whether a subgraph says at once why there is nothing to follow. */
function isAnswer({ headers }: Response): boolean {
  return /^application\/([\w.-]+\+)?json\b/.test(headers.get('content-type') ?? '');
}

/** Yields the results of a stream; true when it was complete, false when it broke off. */
async function* eventsIn({ body }: Response): AsyncGenerator<GraphResult, boolean> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const events = text.split(/\r?\n\r?\n/);
      text = events.pop() ?? '';
      for (const event of events) {
        const { name, data } = read(event);
        if (name === 'complete') return true;
        if (name === 'next' && data) yield JSON.parse(data) as GraphResult;
      }
    }
  } catch {
    // It is asked for anew.
  }
  return false;
}

function read(event: string): { name: string; data: string } {
  const lines = event.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line) ?? []);
  const values = (field: string) => lines.flatMap(([, name, value = '']) => (name === field ? [value] : []));
  return { name: values('event').at(-1) ?? '', data: values('data').join('\n') };
}
