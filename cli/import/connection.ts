import { setTimeout as pause } from 'node:timers/promises';
import { type GraphClient, GraphFailure, graphClient } from '../client.ts';
import { CommandFailure } from './refusal.ts';

/** A running product, signed in to as somebody. */
export interface Connection {
  readonly url: string;
  /** The access token of the present session. */
  token(): string;
  /** Runs an operation that may be repeated: a lost connection is tried again, an ended session is opened anew. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller reads what it selected
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
}

/** Opens a session; answers its access token. */
export type SignIn = (client: GraphClient) => Promise<string>;

export interface Credentials {
  url: string;
  staff: string;
  pin: string;
}

/** How long to wait before each new attempt, in milliseconds. */
const WAITS = [250, 1_000, 3_000, 6_000];
const SESSION_ENDED = new Set(['UNAUTHENTICATED', 'SESSION_EXPIRED']);

/** Signs in at a product as a member of staff. Throws a CommandFailure when it cannot be reached or refuses. */
export function connect({ url, staff, pin }: Credentials): Promise<Connection> {
  return connectAs(url, async (client) => {
    try {
      const { signInStaff } = await client.ask(
        'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }',
        { input: { name: staff, pin } },
      );
      return signInStaff.accessToken;
    } catch (error) {
      if (!(error instanceof GraphFailure)) throw error;
      throw new CommandFailure(`${staff} could not sign in: ${error.message} (${error.code}); see --staff and --pin`);
    }
  });
}

/** Signs in at a product in whatever way. Throws a CommandFailure when it cannot be reached. */
export async function connectAs(url: string, signIn: SignIn): Promise<Connection> {
  if (!URL.canParse(url))
    throw new CommandFailure(`"${url}" is not an address; --url wants one like http://localhost:4000`);
  const client = reachable(graphClient(url));
  let token = await signIn(client);
  return {
    url,
    token: () => token,
    async ask(query, variables) {
      try {
        return await patiently(() => client.ask(query, variables, token));
      } catch (error) {
        if (!(error instanceof GraphFailure && SESSION_ENDED.has(error.code))) throw error;
        token = await signIn(client);
        return patiently(() => client.ask(query, variables, token));
      }
    },
  };
}

/** Tries again while the product cannot be reached or has no answer just now. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await work();
    } catch (error) {
      const passing =
        error instanceof CommandFailure || (error instanceof GraphFailure && error.code === 'UNAVAILABLE');
      if (!passing) throw error;
      await pause(wait);
    }
  }
  return work();
}

/** Says in a sentence what keeps a client from the product. */
function reachable({ url, ask }: GraphClient): GraphClient {
  return {
    url,
    async ask(...operation) {
      try {
        return await ask(...operation);
      } catch (error) {
        if (error instanceof GraphFailure) throw error;
        if (error instanceof SyntaxError) throw new CommandFailure(`what answers at ${url} is not DineGraph`);
        throw new CommandFailure(`no product answers at ${url}; start it by npm start, or name it by --url`);
      }
    },
  };
}
