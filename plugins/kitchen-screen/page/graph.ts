/** A ticket's states, in the order in which it goes through them; CANCELLED ends it from any. */
export type TicketState = 'QUEUED' | 'STARTED' | 'READY' | 'SERVED' | 'CANCELLED';

/** A station or a store, as far as a screen names it. */
export interface Named {
  id: string;
  name: string;
}

/** A dish on a ticket. */
export interface TicketLine {
  id: string;
  name: string;
  specName: string;
  quantity: number;
  modifiers: readonly string[];
  note: string | null;
}

/** What one station makes for one order; moments are ISO 8601. */
export interface Ticket {
  id: string;
  state: TicketState;
  pickupNumber: number;
  tableName: string | null;
  channel: 'DINE_IN' | 'TAKEAWAY' | 'DELIVERY';
  note: string | null;
  createdAt: string;
  dueAt: string;
  station: Named;
  lines: readonly TicketLine[];
}

/** A frame of the subscription: all open tickets, or what has become of some. */
export interface KitchenChange {
  snapshot: boolean;
  version: number;
  tickets: readonly Ticket[];
  removedIds: readonly string[];
}

/** The screen as its store knows it. */
export interface Device extends Named {
  store: Named;
  /** The station it was paired for; null for the whole kitchen. */
  station: Named | null;
}

/** Tokens, and when the access token ends. */
export interface Tokens {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
}

/** An operation with the types of its variables and its answer. */
export interface Operation<Variables, Data> {
  query: string;
  /** Never set: they carry the types. */
  variables?: Variables;
  data?: Data;
}

const operation = <Variables, Data>(query: string): Operation<Variables, Data> => ({ query });

/** The kitchen, live. */
export const kitchenChanged = operation<
  { storeId: string; stationId: string | null },
  { kitchenChanged: KitchenChange }
>(`subscription KitchenScreen($storeId: ID!, $stationId: ID) {
  kitchenChanged(storeId: $storeId, stationId: $stationId) {
    snapshot
    version
    removedIds
    tickets {
      id state pickupNumber tableName channel note createdAt dueAt
      station { id name }
      lines { id name specName quantity modifiers note }
    }
  }
}`);

/** Moves a ticket on. */
export const advanceTicket = operation<
  { input: { idempotencyKey: string; ticketId: string; to: TicketState } },
  { advanceTicket: { id: string; state: TicketState } }
>(`mutation AdvanceTicket($input: AdvanceTicketInput!) {
  advanceTicket(input: $input) { id state }
}`);

/** Trades a pairing code for a session. */
export const claimPairing = operation<
  { code: string },
  { claimPairing: Tokens & { device: Device } }
>(`mutation ClaimPairing($code: String!) {
  claimPairing(input: { code: $code }) {
    accessToken expiresAt refreshToken
    device { id name store { id name } station { id name } }
  }
}`);

/** Trades a refresh token for a new session. */
export const refreshSession = operation<
  { refreshToken: string },
  { refreshSession: Tokens }
>(`mutation RefreshSession($refreshToken: String!) {
  refreshSession(input: { refreshToken: $refreshToken }) { accessToken expiresAt refreshToken }
}`);

/** Who this screen is and which stations there are: asked every minute, it also shows the server's time. */
export const whereabouts = operation<
  { storeId: string },
  { me: Device | Record<string, never> | null; stations: readonly Named[] }
>(`query Whereabouts($storeId: ID!) {
  me { ... on PairedDevice { id name store { id name } station { id name } } }
  stations(storeId: $storeId) { id name }
}`);
