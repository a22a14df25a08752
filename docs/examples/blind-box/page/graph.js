/** How long an answer may take, in milliseconds. */
const PATIENCE = 10_000;

/** The graph answered with an error; `code` is its `extensions.code`, or UNREACHABLE when there was no answer. */
export class Refused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const BOX = 'blindBox { state prize openedAt }';
const SHOW = `query ($id: ID!) { order(id: $id) { pickupNumber paidAt store { name } ${BOX} } }`;
const OPEN = 'mutation ($id: ID!) { openBlindBox(input: { orderId: $id }) { state prize openedAt } }';

/**
 * @typedef {{ state: 'READY' | 'OPENED', prize: string | null, openedAt: string | null }} Box
 * @typedef {{ pickupNumber: number | null, paidAt: string | null, store: { name: string } | null, blindBox: Box | null }} Order
 */

/**
 * The order with its box.
 * @param {string} id
 * @param {string | null} token
 * @returns {Promise<Order>}
 */
export const show = async (id, token) => (await ask(SHOW, id, token)).order;

/**
 * Opens the box; again, it answers the same.
 * @param {string} id
 * @param {string | null} token
 * @returns {Promise<Box>}
 */
export const open = async (id, token) => (await ask(OPEN, id, token)).openBlindBox;

/**
 * @param {string} query
 * @param {string} id
 * @param {string | null} token
 */
async function ask(query, id, token) {
  const { data, errors } = await post(JSON.stringify({ query, variables: { id } }), token);
  // Nobody is kept from a box because the store's name is away.
  const wrong = errors?.find((/** @type {{ path?: unknown[] }} */ { path }) => path?.[1] !== 'store');
  if (wrong) throw new Refused(wrong.extensions?.code ?? 'INTERNAL');
  return data;
}

/**
 * @param {string} body
 * @param {string | null} token
 */
async function post(body, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      cache: 'no-store',
      signal: abort.signal,
      headers,
      body,
    });
    return await response.json();
  } catch {
    throw new Refused('UNREACHABLE');
  } finally {
    clearTimeout(timer);
  }
}
