import type { Graph } from './graph.ts';
import { SIGN_IN } from './operations.ts';

/** A diner who is signed in. */
export interface Session {
  token: string;
  dinerId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** A diner's telephone, which keeps its session from one visit to the next. */
export interface Telephone {
  /** The session of before, or a new one and how long that took in milliseconds. */
  session(): { session: Session; took?: number };
}

/** Every so many visits the diner signs in anew. */
const SIGN_IN_EVERY = 5;
/** A session that ends within this is not used any more, in milliseconds. */
const SPARE = 120_000;

/** The telephone of a diner of this name, who registers at the first visit. */
export function telephone(graph: Graph, name: string): Telephone {
  let kept: Session | undefined;
  let visits = 0;
  return {
    session() {
      visits += 1;
      const good = kept && kept.expiresAt - Date.now() > SPARE && visits % SIGN_IN_EVERY !== 0;
      if (kept && good) return { session: kept };
      const { session, took } = signIn(graph, name);
      kept = session;
      return { session, took };
    },
  };
}

function signIn(graph: Graph, name: string): { session: Session; took: number } {
  const input = { provider: 'demo', credential: name, name };
  const first = graph.ask('sign in', SIGN_IN, { input });
  let { signInDiner: answer } = first.data;
  let took = first.took;
  if (!answer.accessToken) {
    const consents = answer.purposes.map((purpose: string) => ({ purpose, version: answer.version, granted: true }));
    const second = graph.ask('sign in', SIGN_IN, { input: { ...input, consents } });
    answer = second.data.signInDiner;
    took += second.took;
  }
  if (!answer.accessToken) throw new Error('sign in: the demonstration did not register a diner');
  const { accessToken: token, expiresAt, me } = answer;
  return { session: { token, dinerId: me.id, expiresAt: Date.parse(expiresAt) }, took };
}
