import { age, urgency } from './clock.ts';
import { attribute, h, icon, text } from './dom.ts';
import type { Ticket, TicketLine, TicketState } from './graph.ts';
import type { Tap } from './taps.ts';
import type { Texts } from './texts.ts';
import { nextState, type Shown } from './tickets.ts';

/** Everything of the moment that a card shows. */
export interface CardView extends Shown {
  texts: Texts;
  /** Epoch milliseconds by the server's clock. */
  now: number;
  tap: Tap | undefined;
  /** Whether the server is out of reach. */
  lost: boolean;
  /** Whether the last tap on it came to nothing. */
  refused: boolean;
  showStation: boolean;
}

/** What a card asks for when it is tapped. */
export interface CardActions {
  advance(ticketId: string, to: TicketState): void;
  dismiss(ticketId: string): void;
}

/** A ticket on the screen. */
export interface Card {
  readonly element: HTMLLIElement;
  /** Answers whether its height may have changed. */
  update(view: CardView): boolean;
  /** Takes no taps for a moment: what lies under the finger has just changed. */
  settle(): void;
}

/** How long a card that changed or moved takes no taps, in milliseconds: a finger on its way cannot stop. */
const SETTLE = 600;
/** How long a tap shows as done before it shows as waiting for an answer, in milliseconds. */
const PATIENCE = 1_500;

/** From how many characters on a note is set smaller. */
const LONG_NOTE = 120;

const SIGNS: Record<TicketState, string> = {
  QUEUED: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
  STARTED: 'M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-3-1-5 1-9',
  READY: 'M5 13l5 5L20 7',
  SERVED: 'M5 13l5 5L20 7',
  CANCELLED: 'M6 6l12 12M18 6L6 18',
};

/** Makes the card of a ticket. */
export function createCard(id: string, actions: CardActions): Card {
  const number = h('h2', { class: 'number', id: `ticket-${id}`, dir: 'auto' });
  const table = h('p', { class: 'table', dir: 'auto' });
  const clock = h('time', { class: 'age' });
  const pressing = h('p', { class: 'pressing' });
  const state = h('p', { class: 'state' });
  const channel = h('p', { class: 'channel' });
  const station = h('p', { class: 'station', dir: 'auto' });
  const body = h('div', { class: 'body' });
  const button = h('button', { class: 'action', type: 'button' });
  const card = h(
    'article',
    { class: 'card', 'aria-labelledby': number.id },
    h(
      'header',
      { class: 'head' },
      h('div', { class: 'who' }, number, table),
      h('div', { class: 'when' }, clock, pressing),
      h('div', { class: 'facts' }, state, channel, station),
    ),
    body,
    button,
  );
  const element = h('li', { class: 'slot', 'data-ticket': id }, card);

  let shown: CardView | undefined;
  let settledAt = performance.now() + SETTLE;

  button.addEventListener('click', () => {
    if (!shown || performance.now() < settledAt) return;
    const to = nextState(shown.ticket.state);
    if (shown.over === 'CANCELLED') actions.dismiss(id);
    else if (to && !shown.tap) actions.advance(id, to);
  });

  function update(view: CardView): boolean {
    const { ticket, texts, tap, now } = view;
    const seen = tap?.to ?? ticket.state;
    const before = shown;
    if (before && (before.tap?.to ?? before.ticket.state) !== seen) settle();
    shown = view;
    const pressed = view.over || seen === 'SERVED' ? 'calm' : urgency(ticket, now);
    attribute(card, 'data-state', seen);
    attribute(card, 'data-urgency', pressed);
    text(number, String(ticket.pickupNumber));
    text(table, ticket.tableName ?? '');
    text(clock, age(ticket.createdAt, now));
    attribute(clock, 'datetime', ticket.createdAt);
    text(pressing, texts.urgency[pressed]);
    text(channel, texts.channel[ticket.channel]);
    text(station, view.showStation ? ticket.station.name : '');
    if (state.textContent !== texts.state[seen]) state.replaceChildren(icon(SIGNS[seen]), texts.state[seen]);
    updateButton(view, seen);

    if (before && !rewritten(before, view)) return false;
    body.replaceChildren(...bodyOf(ticket, view));
    return true;
  }

  function updateButton(view: CardView, seen: TicketState): void {
    const settling = performance.now() < settledAt;
    const { label, done } = sayingOf(view, seen, settling);
    if (button.textContent !== label || button.hasAttribute('data-done') !== done) {
      button.replaceChildren(...(done ? [icon(SIGNS.READY)] : []), label);
      attribute(button, 'data-done', done);
    }
    attribute(button, 'aria-disabled', settling || view.tap || view.over === 'SERVED' ? 'true' : undefined);
    attribute(button, 'data-problem', view.refused && !view.tap);
  }

  /** What the button says. A tap is answered at once with the state it leads to, as done. */
  function sayingOf({ texts, tap, over, ticket, lost, refused }: CardView, seen: TicketState, settling: boolean) {
    if (over === 'CANCELLED') return { label: texts.seen, done: false };
    if (tap && performance.now() - tap.at > PATIENCE) {
      return { label: lost ? texts.waitingForLink : texts.sending, done: false };
    }
    const wasDone = settling && button.hasAttribute('data-done');
    if (tap || over || wasDone) return { label: texts.state[seen], done: true };
    if (refused) return { label: texts.refusedTap, done: false };
    return { label: texts.action[ticket.state as keyof Texts['action']], done: false };
  }

  function settle(): void {
    settledAt = performance.now() + SETTLE;
  }

  return { element, update, settle };
}

/** Whether anything but the clock and the button reads differently. */
function rewritten(before: CardView, after: CardView): boolean {
  return (
    before.ticket !== after.ticket ||
    before.texts !== after.texts ||
    before.over !== after.over ||
    before.showStation !== after.showStation
  );
}

function bodyOf(ticket: Ticket, { texts, over }: CardView): (Node | string)[] {
  return [
    ...(over === 'CANCELLED' ? [h('p', { class: 'stop' }, texts.cancelledHint)] : []),
    ...(ticket.note ? [note(texts.orderNote, ticket.note, 'note order-note')] : []),
    h('ul', { class: 'lines' }, ...ticket.lines.map((line) => lineOf(line, texts))),
  ];
}

function lineOf(line: TicketLine, texts: Texts): HTMLLIElement {
  return h(
    'li',
    { class: 'line', 'data-many': line.quantity > 1 },
    h('p', { class: 'quantity' }, `${line.quantity}×`),
    h(
      'div',
      {},
      h(
        'p',
        { dir: 'auto' },
        h('bdi', { class: 'name' }, line.name),
        ' ',
        line.specName ? h('bdi', { class: 'spec' }, line.specName) : null,
      ),
      line.modifiers.length
        ? h('ul', { class: 'modifiers' }, ...line.modifiers.map((name) => h('li', { dir: 'auto' }, name)))
        : null,
    ),
    line.note ? note(texts.note, line.note, 'note') : null,
  );
}

function note(label: string, words: string, name: string): HTMLElement {
  // Empty lines say nothing and push the next ticket off the screen.
  const said = words.trim().replace(/\s*\n\s*/g, '\n');
  return h(
    'div',
    { class: name },
    h('p', { class: 'note-label' }, label),
    h('p', { class: 'note-text', dir: 'auto', 'data-long': said.length > LONG_NOTE }, said),
  );
}
