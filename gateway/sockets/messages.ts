import { z } from 'zod';

/** What a client says over `graphql-transport-ws`. */
const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload: z.record(z.string(), z.unknown()).nullish() }),
  z.object({ type: z.literal('ping'), payload: z.record(z.string(), z.unknown()).nullish() }),
  z.object({ type: z.literal('pong') }),
  z.object({
    type: z.literal('subscribe'),
    id: z.string().min(1).max(200),
    payload: z.object({
      // Left out by who names an operation that is kept.
      query: z.string().nullish(),
      documentId: z.string().nullish(),
      operationName: z.string().nullish(),
      variables: z.record(z.string(), z.unknown()).nullish(),
      extensions: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.object({ type: z.literal('complete'), id: z.string() }),
]);
export type ClientMessage = z.infer<typeof Message>;

/** An operation that a client asks for. */
export type OperationParams = Extract<ClientMessage, { type: 'subscribe' }>['payload'];

/** Reads a message; undefined for one that the protocol does not know. */
export function readMessage(text: string): ClientMessage | undefined {
  try {
    return Message.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Why a socket is closed: the codes of `graphql-transport-ws`, which its clients act on. */
export const CLOSED = {
  goingAway: [1001, 'Going away'],
  badMessage: [4400, 'Not a message of graphql-transport-ws'],
  notAcknowledged: [4401, 'Unauthorized'],
  forbidden: [4403, 'Forbidden'],
  badProtocol: [4406, 'Subprotocol not acceptable'],
  initTimeout: [4408, 'Connection initialisation timeout'],
  idle: [4408, 'Nothing was asked for a long time'],
  sameId: [4409, 'A subscription of this id is already there'],
  initTwice: [4429, 'Too many initialisation requests'],
  tooMany: [4429, 'Too many sockets'],
} as const satisfies Record<string, readonly [number, string]>;

/** The protocol's name. */
export const PROTOCOL = 'graphql-transport-ws';
