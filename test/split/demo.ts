import { demoDiner, demoPeople } from '../../cli/demo/people.ts';
import type { Answer, Clients } from '../clients.ts';
import { key } from '../shop.ts';

/** A guest of the demonstration's restaurant, at its table, through some gateway. */
export interface Guest {
  readonly token: string;
  /** Orders one portion; answers with the order's id. Throws when a step fails. */
  order(): Promise<string>;
  pay(orderId: string): Promise<void>;
}

const SCAN = 'query ($code: String!) { table(code: $code) { store { id } } }';
const MENU = `query ($storeId: ID!) { menu(storeId: $storeId) { categories { items {
  id available specs { id perGrams } portionsLeft dish { comboSlots { name } modifierGroups { min } } } } } }`;
const QUOTE = 'query ($cart: CartInput!) { quote(input: $cart) { ... on Quote { id total } } }';
const PLACE = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on Order { id } } }';
const PAY = 'mutation ($input: PayOrderInput!) { payOrder(input: $input) { __typename ... on Order { id } } }';
const SIGN_IN_DINER = `mutation ($input: SignInDinerInput!) { signInDiner(input: $input) {
  ... on Session { accessToken } } }`;
const SIGN_IN_STAFF = 'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }';
const TICKETS = 'query ($id: ID!) { order(id: $id) { tickets { id state } } }';
const ADVANCE = 'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { state } }';

/** The table that the demonstration's guests sit at. */
const TABLE = 'DEMO-A1';

/** Signs the demonstration's diner in. `pick` names the gateway of each request. */
export async function demoGuest(pick: () => Clients): Promise<Guest> {
  const { signInDiner } = await pick().ask(SIGN_IN_DINER, {
    input: { provider: 'demo', credential: demoDiner.credential },
  });
  const token: string = signInDiner.accessToken;
  const { table } = await pick().ask(SCAN, { code: TABLE }, token);
  const storeId: string = table.store.id;
  const { menu } = await pick().ask(MENU, { storeId }, token);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  const items: any[] = menu.categories.flatMap((category: { items: object[] }) => category.items);
  const item = items.find(
    ({ available, specs, portionsLeft, dish }) =>
      available &&
      specs[0].perGrams === null &&
      portionsLeft === null &&
      dish.comboSlots.length === 0 &&
      dish.modifierGroups.every(({ min }: { min: number }) => min === 0),
  );
  if (!item) throw new Error('the demonstration has nothing simple to order');
  const lines = [{ menuItemId: item.id, specId: item.specs[0].id, quantity: 1 }];
  const cart = { storeId, tableCode: TABLE, lines };
  return {
    token,
    async order() {
      const { quote } = await pick().ask(QUOTE, { cart }, token);
      const input = { idempotencyKey: key(), cart, quoteId: quote.id, total: quote.total };
      const { placeOrder } = await pick().ask(PLACE, { input }, token);
      if (!placeOrder.id) throw new Error(`the order was not placed: ${placeOrder.__typename}`);
      return placeOrder.id;
    },
    async pay(orderId) {
      const input = { idempotencyKey: key(), orderId, provider: 'demo' };
      const { payOrder } = await pick().ask(PAY, { input }, token);
      if (payOrder.__typename !== 'Order') throw new Error(`the order was not paid: ${payOrder.__typename}`);
    },
  };
}

/** Signs somebody of the demonstration's staff in; answers the token. */
export async function demoStaff(clients: Clients, who: keyof typeof demoPeople): Promise<string> {
  const { name, pin } = demoPeople[who];
  return (await clients.ask(SIGN_IN_STAFF, { input: { name, pin } })).signInStaff.accessToken;
}

/** Moves all tickets of an order on, as a cook. */
export async function cook(clients: Clients, token: string, orderId: string, to: string): Promise<Answer[]> {
  const { order } = await clients.ask(TICKETS, { id: orderId }, token);
  return Promise.all(
    order.tickets.map(({ id: ticketId }: { id: string }) =>
      clients.graph(ADVANCE, { input: { idempotencyKey: key(), ticketId, to } }, token),
    ),
  );
}
