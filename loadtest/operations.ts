/** What a telephone and a kitchen screen ask of the graph. */
export const SCAN = 'query ($code: String!) { table(code: $code) { id name seats store { id name isOpen } } }';
/** The menu as a telephone shows it, with what is left of each dish. */
export const MENU = `query ($storeId: ID!) {
  menu(storeId: $storeId, channel: DINE_IN) {
    store { name currency }
    categories {
      category { name }
      items {
        id name available soldOut portionsLeft
        specs { id name price(channel: DINE_IN) }
        dish { description tags }
      }
    }
  }
}`;
/** Signs a diner in, or says what somebody new must agree to. */
export const SIGN_IN = `mutation ($input: SignInDinerInput!) {
  signInDiner(input: $input) {
    ... on Session { accessToken expiresAt me { ... on Diner { id } } }
    ... on ConsentRequired { purposes version }
  }
}`;
/** Prices a cart. */
export const QUOTE = `query ($cart: CartInput!) {
  quote(input: $cart) {
    __typename
    ... on Quote { id subtotal discount tax total pricingPlan { applied { name amount reason } } }
  }
}`;
/** Places what was quoted. */
export const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { __typename ... on Order { id state pickupNumber total } }
}`;
/** Pays it. */
export const PAY = `mutation ($input: PayOrderInput!) {
  payOrder(input: $input) { __typename ... on Order { id state payments { state amount } } }
}`;
/** Follows it. */
export const ORDER = 'subscription ($orderId: ID!) { orderChanged(orderId: $orderId) { state version } }';
/** Signs a cook in. */
export const SIGN_IN_STAFF = 'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }';
/** The kitchen's screen. */
export const KITCHEN = `subscription ($storeId: ID!) {
  kitchenChanged(storeId: $storeId) {
    snapshot version removedIds
    tickets {
      id state pickupNumber tableName channel note createdAt dueAt
      station { id name }
      order { id }
      lines { id name specName quantity modifiers note }
    }
  }
}`;
/** Moves a ticket on. */
export const ADVANCE = 'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { id state } }';
