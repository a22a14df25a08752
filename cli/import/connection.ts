import { setTimeout as pause } from 'node:timers/promises';
import { type GraphClient, GraphFailure, graphClient } from '../client.ts';
import { CommandFailure } from './refusal.ts';

/** A running product, signed in to as a member of staff. */
export interface Connection {
  /** Runs an operation that may be repeated: a lost connection is tried again, an ended session is opened anew. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller reads what it selected
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
}

export interface Credentials {
  url: string;
  staff: string;
  pin: string;
}

/** How long to wait before each new attempt, in milliseconds. */
const WAITS = [250, 1_000, 3_000, 6_000];

/** Signs in at a product. Throws a CommandFailure when it cannot be reached or refuses the sign-in. */
export async function connect({ url, staff, pin }: Credentials): Promise<Connection> {
  if (!URL.canParse(url))
    throw new CommandFailure(`"${url}" is not an address; --url wants one like http://localhost:4000`);
  const client = graphClient(url);
  const signIn = async () => {
    const { signInStaff } = await reach(
      client,
      'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }',
      { input: { name: staff, pin } },
    ).catch((error) => {
      if (!(error instanceof GraphFailure)) throw error;
      throw new CommandFailure(`${staff} could not sign in: ${error.message} (${error.code}); see --staff and --pin`);
    });
    return signInStaff.accessToken as string;
  };
  let token = await signIn();
  return {
    async ask(query, variables) {
      try {
        return await patiently(() => reach(client, query, variables, token));
      } catch (error) {
        if (!(error instanceof GraphFailure && SESSION_ENDED.has(error.code))) throw error;
        token = await signIn();
        return patiently(() => reach(client, query, variables, token));
      }
    },
  };
}

const SESSION_ENDED = new Set(['UNAUTHENTICATED', 'SESSION_EXPIRED']);

/** Tries again while the product cannot be reached or has no answer just now. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await work();
    } catch (error) {
      const worthIt =
        error instanceof CommandFailure || (error instanceof GraphFailure && error.code === 'UNAVAILABLE');
      if (!worthIt) throw error;
      await pause(wait);
    }
  }
  return work();
}

async function reach(client: GraphClient, ...args: Parameters<GraphClient['ask']>) {
  try {
    return await client.ask(...args);
  } catch (error) {
    if (error instanceof GraphFailure) throw error;
    if (error instanceof SyntaxError) throw new CommandFailure(`what answers at ${client.url} is not DineGraph`);
    throw new CommandFailure(`no product answers at ${client.url}; start it by npm start, or name it by --url`);
  }
}
