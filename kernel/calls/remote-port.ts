import { CodedError } from '../errors.ts';
import type { Offer } from '../ports.ts';
import { failureIn } from './answers.ts';
import type { Caller } from './caller.ts';
import { portPath } from './paths.ts';

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * An implementation of a port in another process: every property is a function that calls it. Unless the port only looks
 * something up, a call that was sent is never sent again here, whatever became of it; who calls knows what may be repeated.
 */
export function remotePort(offer: Offer, caller: Caller, limit: number): object {
  const manner = { repeatable: offer.token.looksUp, limit };
  const calls = new Map<string, Call>();
  const callOf = (method: string): Call => {
    const path = portPath(offer, method);
    return async (...args) => {
      const answer = await caller.post(path, { args }, resultIn, manner);
      if (answer instanceof CodedError) throw answer;
      return answer.result;
    };
  };
  return new Proxy(Object.freeze({}), {
    get(_target, name) {
      // A thing with `then` would be taken for a promise.
      if (typeof name === 'symbol' || name === 'then') return undefined;
      const call = calls.get(name) ?? callOf(name);
      calls.set(name, call);
      return call;
    },
  });
}

/** Asks whether a port is implemented there. */
export async function isProvided(offer: Offer, caller: Caller, limit: number): Promise<boolean> {
  const answer = await caller.post(portPath(offer), {}, resultIn, { repeatable: true, limit });
  if (answer instanceof CodedError) throw answer;
  return answer.result === true;
}

function resultIn(answer: Record<string, unknown>): { result: unknown } | CodedError | undefined {
  return 'result' in answer ? { result: answer['result'] } : failureIn(answer);
}
