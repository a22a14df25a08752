import { open, Refused, show } from './graph.js';
import { language, locale, says } from './texts.js';

/** How often a box that is not there yet is looked for, and after which wait, in milliseconds: it follows the payment. */
const LOOKS = 4;
const BETWEEN = 1_500;
/** The least that the box shakes before it opens, in milliseconds. */
const SUSPENSE = 700;
const PIECES = 28;
/** Where the token is kept while this tab is open. */
const KEPT = 'blind-box.token';

/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const main = find('main');
const box = /** @type {HTMLButtonElement} */ (find('.box'));
const again = find('.again');
const orderId = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
/** @param {number} time */
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/**
 * The token stands behind the # of the address, which no server is sent and no log holds; from there it is taken at once,
 * so that nobody reads it from the address or hands it on with it.
 */
function tokenOf() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEPT);
}

/**
 * @param {'loading' | 'ready' | 'opening' | 'opened' | 'none' | 'failed'} state
 * @param {string} text
 */
function become(state, text) {
  main.dataset['state'] = state;
  box.disabled = state !== 'ready';
  again.hidden = state !== 'failed';
  find('.card').hidden = state !== 'opened';
  find('.says').textContent = text;
}

/** @param {import('./graph.js').Box} opened */
function present({ prize, openedAt }) {
  const at = openedAt && new Date(openedAt).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  find('.prize').textContent = prize;
  become('opened', at ? says.openedAt(at) : '');
}

/** @param {unknown} error */
function failed(error) {
  const code = error instanceof Refused ? error.code : 'INTERNAL';
  if (code === 'UNAUTHENTICATED') become('none', says.signIn);
  else if (code === 'ORDER_NOT_FOUND' || code === 'BLIND_BOX_NOT_FOUND') become('none', says.notYours);
  else become('failed', says.failed);
}

async function load() {
  become('loading', says.loading);
  const token = tokenOf();
  try {
    for (let looks = 1; ; looks++) {
      const { blindBox, pickupNumber, paidAt, store } = await show(orderId, token);
      find('.store').textContent = store?.name ?? '';
      find('.number').textContent = pickupNumber === null ? '' : says.number(pickupNumber);
      if (blindBox?.state === 'OPENED') return present(blindBox);
      if (blindBox) return become('ready', says.ready);
      if (looks === LOOKS || paidAt === null) return become('none', says.none);
      become('loading', says.waiting);
      await pause(BETWEEN);
    }
  } catch (error) {
    failed(error);
  }
}

async function tap() {
  become('opening', says.opening);
  try {
    const [opened] = await Promise.all([open(orderId, tokenOf()), pause(SUSPENSE)]);
    main.classList.add('now');
    present(opened);
  } catch (error) {
    failed(error);
  }
}

document.documentElement.lang = language;
document.title = says.title;
find('.title').textContent = says.title;
find('.won').textContent = says.won;
find('.how').textContent = says.how;
again.textContent = says.again;
box.setAttribute('aria-label', says.ready);
find('.confetti').append(...Array.from({ length: PIECES }, () => document.createElement('i')));
box.addEventListener('click', tap);
again.addEventListener('click', load);
// The same page with another token changes what stands behind the # alone.
addEventListener('hashchange', load);
load();
