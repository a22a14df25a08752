import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app.ts';
import type { Answer } from '../clients.ts';

/** How a client that means well goes about it. */
export interface Manners {
  /** The gateway of each try. */
  url(): string;
  /** How long one try may take, in milliseconds. */
  patience?: number;
  /** How long it goes on trying, in milliseconds. */
  persistence?: number;
}

/** A client that means well, and what it has seen. */
export interface Honest extends Pick<App, 'graph' | 'ask'> {
  /** How often something was asked again, by why. */
  readonly repeated: ReadonlyMap<string, number>;
  /** Answers that no client should ever see, in sentences. */
  readonly findings: readonly string[];
}

/** How long one try may take unless a scenario says otherwise, in ms: longer than any time limit of the product. */
const PATIENCE = 45_000;
/** How long it goes on trying unless a scenario says otherwise, in ms. */
const PERSISTENCE = 120_000;
/** The longest wait between two tries, in ms. */
const LONGEST_WAIT = 1_000;

/**
 * A client that asks again, in the same words and with the same key, when no answer came or the answer was UNAVAILABLE.
 * Whatever else is answered is an answer. Throws when it has tried for too long.
 */
export function honest({ url, patience = PATIENCE, persistence = PERSISTENCE }: Manners): Honest {
  const repeated = new Map<string, number>();
  const findings: string[] = [];

  const graph: Honest['graph'] = async (query, variables, token) => {
    const until = performance.now() + persistence;
    for (let tries = 1; ; tries++) {
      const answer = await tryOnce(url(), patience, { query, variables }, token);
      const why = typeof answer === 'string' ? answer : unavailable(answer);
      if (typeof answer !== 'string' && !why) {
        const fault = answer.errors?.find(({ extensions }) => extensions?.code === 'INTERNAL');
        if (fault) findings.push(`a client was answered INTERNAL to ${query.trim().slice(0, 60)}: ${fault.message}`);
        return answer;
      }
      repeated.set(why ?? '', (repeated.get(why ?? '') ?? 0) + 1);
      if (performance.now() > until) throw new Error(`no answer after ${tries} tries: ${why}`);
      await pause(Math.min(50 * 2 ** tries, LONGEST_WAIT));
    }
  };

  return {
    graph,
    async ask(query, variables, token) {
      const { data, errors } = await graph(query, variables, token);
      if (errors) throw new Error(errors.map(({ message, extensions: { code } }) => `${code}: ${message}`).join('; '));
      return data;
    },
    repeated,
    findings,
  };
}

/** One try; why there is no answer, when there is none. */
async function tryOnce(url: string, patience: number, body: object, token?: string): Promise<Answer | string> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
    if (response.status >= 500) return `status ${response.status}`;
    return (await response.json()) as Answer;
  } catch (error) {
    return (error as Error).name === 'TimeoutError' ? 'no answer in time' : 'the connection was lost';
  }
}

function unavailable({ errors }: Answer): string | undefined {
  return errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE') ? 'UNAVAILABLE' : undefined;
}

/** How often clients had to ask again, for a report. */
export function repeatsOf({ repeated }: Honest): string {
  const counts = [...repeated].map(([why, times]) => `${times} (${why})`);
  return counts.length > 0 ? `asked again: ${counts.join(', ')}` : 'nothing had to be asked again';
}
