import { type Card, type CardActions, type CardView, createCard } from './card.ts';
import type { LinkState } from './connection.ts';
import { h, icon, text } from './dom.ts';
import type { Texts } from './texts.ts';

/** Everything of the moment that the board shows. */
export interface BoardView {
  texts: Texts;
  link: LinkState;
  /** In the order due. */
  cards: readonly CardView[];
}

export interface BoardActions extends CardActions {
  /** The server refused, and the cook wants another try. */
  tryAgain(): void;
}

/** The wall of tickets. */
export interface Board {
  readonly element: HTMLElement;
  render(view: BoardView): void;
  /** Stops listening to the window. */
  close(): void;
}

/** The height of a row of the grid, in pixels: cards span as many as they need. */
const ROW = 8;
/** The space between two cards, in pixels. */
const GAP = 16;

/** The height of the bar that counts what stands below the screen's edge, in pixels. */
const BAR = 60;

const CALM = 'M5 12.5l5 5L20 7';
const WAIT = 'M12 3a9 9 0 1 0 9 9';
const STOP = 'M12 7v6M12 16.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';

/** Makes an empty board. */
export function createBoard(actions: BoardActions): Board {
  const list = h('ul', { class: 'tickets' });
  const title = h('h2', { class: 'blank-title' });
  const hint = h('p', { class: 'blank-hint' });
  const retry = h('button', { class: 'retry', type: 'button' });
  const sign = h('div', { class: 'blank-sign' });
  const blank = h('section', { class: 'blank' }, sign, title, hint, retry);
  const below = h('button', { class: 'below', type: 'button' });
  const element = h('main', { class: 'board' }, list, blank, below);
  const cards = new Map<string, Card>();
  const places = new Map<Card, string>();
  let texts: Texts | undefined;

  retry.addEventListener('click', () => actions.tryAgain());
  below.addEventListener('click', () => scrollBy({ top: innerHeight * 0.7, behavior: calmly() }));

  /** Gives each card the rows it needs; the grid then fills its columns so that an earlier ticket never stands lower. */
  function layout(): void {
    const needed = [...cards.values()].map((card) => {
      const height = card.element.firstElementChild?.getBoundingClientRect().height ?? 0;
      return [card, `span ${Math.ceil((height + GAP) / ROW)}`] as const;
    });
    for (const [{ element: slot }, span] of needed) if (slot.style.gridRowEnd !== span) slot.style.gridRowEnd = span;
    for (const card of cards.values()) {
      const place = `${card.element.offsetLeft},${card.element.offsetTop}`;
      if (places.has(card) && places.get(card) !== place) card.settle();
      places.set(card, place);
    }
    countBelow();
  }

  function countBelow(): void {
    const edge = innerHeight - BAR;
    const hidden = [...cards.values()].filter((card) => card.element.getBoundingClientRect().top > edge).length;
    below.hidden = hidden === 0;
    document.documentElement.style.setProperty('--below', hidden ? `${BAR}px` : '0px');
    if (hidden && texts) text(below, `${texts.below(hidden)} ↓`);
  }

  function place(shown: readonly CardView[]): boolean {
    let changed = false;
    const ids = new Set(shown.map(({ ticket }) => ticket.id));
    for (const [id, card] of cards) {
      if (ids.has(id)) continue;
      card.element.remove();
      cards.delete(id);
      places.delete(card);
      changed = true;
    }
    shown.forEach((view, index) => {
      const { id } = view.ticket;
      let card = cards.get(id);
      if (!card) {
        card = createCard(id, actions);
        cards.set(id, card);
      }
      if (card.update(view)) changed = true;
      // Moving an element takes the focus and a tap under way from it: only what stands wrong is moved.
      if (list.children[index] !== card.element) {
        list.insertBefore(card.element, list.children[index] ?? null);
        changed = true;
      }
    });
    return changed;
  }

  function renderBlank({ link, cards: shown }: BoardView, words: Texts): void {
    const { kind } = link;
    blank.hidden = shown.length > 0 && kind !== 'refused';
    list.hidden = !blank.hidden;
    retry.hidden = kind !== 'refused';
    if (blank.hidden || blank.dataset['kind'] === `${kind} ${words.language}`) return;
    blank.dataset['kind'] = `${kind} ${words.language}`;
    const [path, heading, more] = {
      live: [CALM, words.empty, words.emptyHint],
      connecting: [WAIT, words.connecting, words.connectingHint],
      lost: [WAIT, words.lost, words.lostBlank],
      refused: [STOP, words.refused, link.kind === 'refused' ? words.refusedHint(link.code) : ''],
    }[kind] as [string, string, string];
    sign.replaceChildren(icon(path));
    text(title, heading);
    text(hint, more);
    text(retry, words.tryAgain);
  }

  const resized = new ResizeObserver(layout);
  resized.observe(list);
  document.fonts?.addEventListener('loadingdone', layout);
  addEventListener('scroll', countBelow, { passive: true });
  addEventListener('resize', countBelow);

  return {
    element,
    render(view) {
      texts = view.texts;
      const changed = place(view.cards);
      renderBlank(view, view.texts);
      if (changed) layout();
    },
    close() {
      resized.disconnect();
      document.fonts?.removeEventListener('loadingdone', layout);
      removeEventListener('scroll', countBelow);
      removeEventListener('resize', countBelow);
    },
  };
}

function calmly(): ScrollBehavior {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
