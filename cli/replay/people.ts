import { type Client, createClient } from 'graphql-ws';
import { type Connection, connect, connectAs } from '../import/connection.ts';
import { CommandFailure } from '../import/refusal.ts';

/** Somebody who takes part, over HTTP and over a socket. */
export interface Player {
  readonly connection: Connection;
  readonly socket: Client;
  /** Of a diner; null for staff. */
  readonly dinerId: string | null;
}

const SIGN_IN = `mutation ($input: SignInDinerInput!) {
  signInDiner(input: $input) {
    ... on Session { accessToken }
    ... on ConsentRequired { purposes version }
  }
}`;

/** Takes on a member of staff for a store and signs them in. */
export async function hire(headquarters: Connection, role: string, storeId: string): Promise<Player> {
  const name = `Replay ${role} ${crypto.randomUUID()}`;
  const pin = '314159';
  await headquarters.ask('mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }', {
    input: { idempotencyKey: crypto.randomUUID(), name, pin, role, storeIds: [storeId] },
  });
  return player(await connect({ url: headquarters.url, staff: name, pin }), null);
}

/** Registers a diner through the demonstration's identity provider. */
export async function register(url: string): Promise<Player> {
  const name = `Replay ${crypto.randomUUID()}`;
  const input = { provider: 'demo', credential: name, name };
  const connection = await connectAs(url, async (client) => {
    const { signInDiner: first } = await client.ask(SIGN_IN, { input });
    if (first.accessToken) return first.accessToken;
    const consents = first.purposes.map((purpose: string) => ({ purpose, version: first.version, granted: true }));
    const { signInDiner: session } = await client.ask(SIGN_IN, { input: { ...input, consents } });
    if (!session.accessToken) throw new CommandFailure('the demonstration did not register a diner');
    return session.accessToken;
  });
  const { me } = await connection.ask('{ me { ... on Diner { id } } }');
  return player(connection, me.id);
}

function player(connection: Connection, dinerId: string | null): Player {
  const url = new URL('/graphql', connection.url);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = createClient({
    url: url.href,
    lazy: false,
    connectionParams: () => ({ authorization: `Bearer ${connection.token()}` }),
    // A product that has gone away is said by the operations over HTTP.
    onNonLazyError: () => {},
  });
  return { connection, socket, dinerId };
}

/** Follows a subscription until it is stopped; `onData` gets each frame. Rejects through `failed` when it is refused. */
export function follow<T>(
  socket: Client,
  query: string,
  variables: Record<string, unknown>,
  onData: (data: T) => void,
): { stop: () => void; failed: Promise<never> } {
  let stop = () => {};
  const failed = new Promise<never>((_, reject) => {
    stop = socket.subscribe<T>(
      { query, variables },
      {
        next({ data, errors }) {
          if (errors) reject(new Error(errors.map(({ message }) => message).join('; ')));
          else if (data) onData(data);
        },
        error: reject,
        complete: () => {},
      },
    );
  });
  failed.catch(() => {});
  return { stop, failed };
}
