import { httpAsk } from './api.ts';
import { serverClock } from './clock.ts';
import type { Device } from './graph.ts';
import { createPairing } from './pairing.ts';
import { createScreen } from './screen.ts';
import { localSession } from './session.ts';
import { type Language, preferredLanguage, rememberLanguage, texts } from './texts.ts';

const clock = serverClock();
const ask = httpAsk(clock);
const session = localSession(ask, clock);
let language = preferredLanguage(location.search, navigator.language);
let view: { render(language: Language): void; close?(): void } | undefined;

/** Says everything in another language from now on. */
function speak(chosen: Language): void {
  language = chosen;
  rememberLanguage(chosen);
  takeFromAddress('lang');
  render();
}

function render(): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = texts[language].title;
  view?.render(language);
}

/** Reads a parameter of the address and takes it off: a pairing code is not to be seen, nor used again by a reload. */
function takeFromAddress(name: string): string | null {
  const address = new URL(location.href);
  const value = address.searchParams.get(name);
  if (value === null) return null;
  address.searchParams.delete(name);
  history.replaceState(null, '', address);
  return value;
}

function showPairing(unpaired: boolean, code: string | null = null): void {
  view?.close?.();
  const pairing = createPairing({ unpaired, claim: session.claim, onPaired: start, speak });
  view = { render: (spoken) => pairing.render(spoken, texts[spoken]) };
  document.body.replaceChildren(pairing.element);
  render();
  if (code) pairing.submit(code);
  else pairing.focus();
}

function showScreen(device: Device): void {
  view?.close?.();
  const screen = createScreen({ ask, clock, session, device, speak, onUnpaired: () => showPairing(true) });
  view = screen;
  document.body.replaceChildren(...screen.elements);
  render();
}

function start(): void {
  const device = session.device();
  if (device) showScreen(device);
  else showPairing(false);
}

const code = takeFromAddress('pair');
if (code) showPairing(false, code);
else start();
