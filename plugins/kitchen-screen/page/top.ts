import type { LinkState } from './connection.ts';
import { attribute, h, text } from './dom.ts';
import type { Device, Named } from './graph.ts';
import { languageSwitch } from './languages.ts';
import type { Language, Texts } from './texts.ts';

/** Everything of the moment that the top of the screen shows. */
export interface TopView {
  texts: Texts;
  language: Language;
  device: Device;
  stations: readonly Named[];
  /** The station shown; null for all. */
  stationId: string | null;
  link: LinkState;
  open: number;
  late: number;
  /** Epoch milliseconds by the server's clock. */
  now: number;
}

export interface TopActions {
  choose(stationId: string | null): void;
  speak(language: Language): void;
}

/** The top of the screen: where one is, what is shown, and whether it is live. */
export interface Top {
  readonly element: HTMLElement;
  render(view: TopView): void;
  /** Stops looking at its own height. */
  close(): void;
}

/** Makes the top of the screen. */
export function createTop(actions: TopActions): Top {
  const store = h('h1', { class: 'store', dir: 'auto' });
  const name = h('p', { class: 'device', dir: 'auto' });
  const stations = h('div', { class: 'stations choices', role: 'group' });
  const open = h('p', { class: 'open' });
  const late = h('p', { class: 'late' });
  const link = h('p', { class: 'link' });
  const clock = h('time', { class: 'clock' });
  const languages = languageSwitch(actions.speak);
  const warning = h('strong');
  const advice = h('span');
  const banner = h('div', { class: 'banner', hidden: true }, warning, advice);
  // Read aloud when it changes: the link's state in words, without anything that ticks.
  const spoken = h('p', { class: 'spoken', role: 'status', 'aria-live': 'polite' });
  const element = h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'bar' },
      h('div', { class: 'place' }, store, name),
      stations,
      h('div', { class: 'counts' }, open, late),
      link,
      clock,
      languages.element,
    ),
    banner,
    spoken,
  );
  // Tickets that are longer than the screen keep their numbers in sight below it.
  const sized = new ResizeObserver(() => {
    document.documentElement.style.setProperty('--top-height', `${element.offsetHeight}px`);
  });
  sized.observe(element);
  let offered = '';
  let wasLost = false;

  function renderStations({ stations: known, stationId, texts }: TopView): void {
    const all = [{ id: '', name: texts.allStations }, ...known];
    const key = JSON.stringify(all);
    if (key !== offered) {
      offered = key;
      const buttons = all.map(({ id, name }) => {
        const button = h('button', { type: 'button', 'data-station': id, dir: 'auto' }, name);
        button.addEventListener('click', () => actions.choose(id || null));
        return button;
      });
      stations.replaceChildren(...buttons);
    }
    stations.hidden = known.length < 2;
    attribute(stations, 'aria-label', texts.stations);
    for (const button of stations.children) {
      const chosen = button.getAttribute('data-station') === (stationId ?? '');
      attribute(button, 'aria-pressed', chosen ? 'true' : 'false');
    }
  }

  function renderLink({ link: state, texts, language }: TopView): void {
    const { kind } = state;
    attribute(link, 'data-link', kind);
    text(link, { live: texts.live, connecting: texts.connecting, lost: texts.lost, refused: texts.refused }[kind]);
    banner.hidden = kind !== 'lost';
    if (kind === 'lost') {
      wasLost = true;
      text(warning, texts.lost);
      text(advice, texts.lostHint(time(state.since, language, true)));
    }
    const say = kind === 'live' && wasLost ? texts.restored : (link.textContent ?? '');
    text(spoken, kind === 'lost' ? `${texts.lost}. ${texts.lostBlank}` : say);
  }

  return {
    element,
    render(view) {
      const { device, texts, now, language } = view;
      text(store, device.store.name);
      text(name, device.name);
      renderStations(view);
      text(open, texts.open(view.open));
      text(late, view.late ? texts.late(view.late) : '');
      renderLink(view);
      text(clock, time(now, language, false));
      languages.render(language);
    },
    close: () => sized.disconnect(),
  };
}

function time(at: number, language: Language, seconds: boolean): string {
  return new Date(at).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  });
}
