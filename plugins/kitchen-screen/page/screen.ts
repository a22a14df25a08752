import { type Ask, Refused } from './api.ts';
import { stayAwake } from './awake.ts';
import { createBoard } from './board.ts';
import type { CardView } from './card.ts';
import { type ServerClock, urgency } from './clock.ts';
import { type Connection, connect, type LinkState } from './connection.ts';
import { type Device, type Named, whereabouts } from './graph.ts';
import { reloadIfNewer } from './release.ts';
import { type Session, Unpaired } from './session.ts';
import { rememberedStation, rememberStation } from './station.ts';
import { taps } from './taps.ts';
import { type Language, texts } from './texts.ts';
import { tickets } from './tickets.ts';
import { createTop } from './top.ts';

export interface ScreenOptions {
  ask: Ask;
  clock: ServerClock;
  session: Session;
  device: Device;
  speak(language: Language): void;
  onUnpaired(): void;
}

/** A kitchen screen at work. */
export interface Screen {
  readonly elements: readonly HTMLElement[];
  render(language: Language): void;
  close(): void;
}

/** How often ages and buttons are brought up to date, in milliseconds. */
const TICK = 250;
/** How often the screen asks who and where it is, in milliseconds: it then also learns that it was unpaired. */
const ROLL_CALL = 60_000;
/** How long a served ticket stays, and a tap that came to nothing shows, in milliseconds. */
const SERVED_STAYS = 1_200;
const REFUSAL_STAYS = 4_000;

/** Shows a kitchen's tickets and follows them. */
export function createScreen({ ask, clock, session, speak, ...options }: ScreenOptions): Screen {
  const shown = tickets();
  const refusals = new Set<string>();
  const leaving = new Set<string>();
  let { device } = options;
  let stations: readonly Named[] = [];
  let stationId = rememberedStation(device);
  let link: LinkState = { kind: 'connecting' };
  let language: Language = 'en';
  let connection: Connection | undefined;
  let closed = false;

  /** Several calls may learn of it at once. */
  function onUnpaired(): void {
    if (!closed) options.onUnpaired();
  }

  const sending = taps({
    ask,
    session,
    onAdvanced(id, state) {
      shown.advanced(id, state);
      render();
    },
    onStale: () => connection?.renew(),
    onRefused(id) {
      refusals.add(id);
      setTimeout(() => refusals.delete(id), REFUSAL_STAYS);
      connection?.renew();
      render();
    },
    onUnpaired,
  });
  const board = createBoard({
    advance(id, to) {
      refusals.delete(id);
      sending.advance(id, to);
      render();
    },
    dismiss(id) {
      shown.dismiss(id);
      render();
    },
    tryAgain: () => connection?.renew(),
  });
  const top = createTop({ choose, speak });

  function follow(): void {
    connection?.close();
    connection = connect({
      session,
      storeId: device.store.id,
      stationId,
      onFrame: (change) => shown.apply(change),
      onState(state) {
        const back = link.kind === 'lost' && state.kind === 'live';
        link = state;
        render();
        if (!back) return;
        sending.retry();
        void rollCall();
        void reloadIfNewer();
      },
      onUnpaired,
    });
  }

  function choose(station: string | null): void {
    if (station === stationId) return;
    stationId = station;
    rememberStation(device, station);
    shown.narrow(station);
    follow();
  }

  async function rollCall(): Promise<void> {
    let token: string | undefined;
    try {
      token = await session.token();
      const here = await ask(whereabouts, { storeId: device.store.id }, token);
      if (closed) return;
      // Another tab has paired this browser as another screen.
      if (here.me?.id && here.me.id !== device.id) location.reload();
      if (here.me && 'store' in here.me) {
        device = here.me as Device;
        session.rename(device);
      }
      stations = here.stations;
      if (stationId && !stations.some(({ id }) => id === stationId)) choose(null);
      render();
    } catch (error) {
      if (error instanceof Unpaired) onUnpaired();
      // The token's end may have come early: asked for anew, it shows whether the screen is still paired.
      else if (error instanceof Refused && error.code === 'UNAUTHENTICATED') await renewToken(token);
    }
  }

  async function renewToken(refused: string | undefined): Promise<void> {
    try {
      await session.token(refused);
    } catch (error) {
      if (error instanceof Unpaired) onUnpaired();
    }
  }

  function render(): void {
    if (closed) return;
    const now = clock.now();
    const words = texts[language];
    const list = shown.list();
    const cards = list.map(
      ({ ticket, over }): CardView => ({
        ticket,
        over,
        texts: words,
        now,
        tap: sending.pending(ticket.id),
        lost: link.kind === 'lost',
        refused: refusals.has(ticket.id),
        showStation: stationId === null && stations.length > 1,
      }),
    );
    const open = list.filter(({ over }) => !over).map(({ ticket }) => ticket);
    const late = open.filter((ticket) => urgency(ticket, now) === 'late').length;
    board.render({ texts: words, link, cards });
    top.render({ texts: words, language, device, stations, stationId, link, open: open.length, late, now });
    for (const { ticket, over } of list) if (over === 'SERVED') leave(ticket.id);
  }

  /** A served ticket is seen to be served before it goes. */
  function leave(id: string): void {
    if (leaving.has(id)) return;
    leaving.add(id);
    setTimeout(() => {
      leaving.delete(id);
      shown.dismiss(id);
      render();
    }, SERVED_STAYS);
  }

  /** The machine woke up or found its network again: what is shown may be old. */
  function wake(): void {
    if (document.visibilityState === 'visible' && link.kind !== 'live') connection?.renew();
  }

  const ticking = setInterval(render, TICK);
  const calling = setInterval(rollCall, ROLL_CALL);
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  const sleepless = stayAwake();
  follow();
  void rollCall();

  return {
    elements: [top.element, board.element],
    render(spoken) {
      language = spoken;
      render();
    },
    close() {
      closed = true;
      clearInterval(ticking);
      clearInterval(calling);
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      sleepless.close();
      connection?.close();
      sending.close();
      board.close();
      top.close();
    },
  };
}
