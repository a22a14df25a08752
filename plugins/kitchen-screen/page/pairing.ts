import { Refused } from './api.ts';
import { attribute, h, text } from './dom.ts';
import { languageSwitch } from './languages.ts';
import type { Language, Texts } from './texts.ts';

export interface PairingOptions {
  /** Whether the screen was paired until a moment ago. */
  unpaired: boolean;
  /** Pairs by a code. */
  claim(code: string): Promise<void>;
  /** The screen is paired. */
  onPaired(): void;
  speak(language: Language): void;
}

/** The page on which a screen is paired. */
export interface Pairing {
  readonly element: HTMLElement;
  render(language: Language, texts: Texts): void;
  /** Puts the cursor where the code goes. */
  focus(): void;
  /** Tries a code that came with the address. */
  submit(code: string): void;
}

type Progress = { kind: 'asking' } | { kind: 'busy' } | { kind: 'failed'; code: string };

/** Makes the pairing page. */
export function createPairing({ unpaired, claim, onPaired, speak }: PairingOptions): Pairing {
  const title = h('h1');
  const ended = h('p', { class: 'ended', role: 'alert', hidden: !unpaired });
  const hint = h('p', { class: 'hint' });
  const label = h('label', { for: 'code' });
  const input = h('input', {
    id: 'code',
    name: 'code',
    maxlength: 64,
    required: true,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    'aria-describedby': 'problem',
  });
  const problem = h('p', { class: 'problem', id: 'problem', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'pair' });
  const form = h('form', {}, label, input, problem, button);
  const languages = languageSwitch(speak);
  const element = h('main', { class: 'pairing' }, languages.element, h('div', {}, title, ended, hint, form));
  let progress: Progress = { kind: 'asking' };
  let words: { language: Language; texts: Texts } | undefined;

  function render(): void {
    if (!words) return;
    const { texts, language } = words;
    languages.render(language);
    text(title, texts.pairTitle);
    text(ended, texts.unpaired);
    text(hint, texts.pairHint);
    text(label, texts.pairCode);
    text(button, progress.kind === 'busy' ? texts.pairing : texts.pair);
    attribute(button, 'aria-disabled', progress.kind === 'busy' ? 'true' : undefined);
    attribute(input, 'aria-invalid', progress.kind === 'failed' ? 'true' : undefined);
    text(problem, progress.kind === 'failed' ? explain(progress.code, texts) : '');
  }

  async function submit(code: string): Promise<void> {
    if (progress.kind === 'busy') return;
    progress = { kind: 'busy' };
    render();
    try {
      await claim(code);
      onPaired();
    } catch (error) {
      progress = { kind: 'failed', code: error instanceof Refused ? error.code : 'UNREACHABLE' };
      render();
      input.focus();
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = input.value.trim();
    if (code) void submit(code);
  });

  return {
    element,
    render(language, texts) {
      words = { language, texts };
      render();
    },
    focus: () => input.focus(),
    submit(code) {
      input.value = code;
      void submit(code);
    },
  };
}

function explain(code: string, texts: Texts): string {
  if (code === 'PAIRING_CODE_REFUSED') return texts.pairRefused;
  if (code === 'PAIRING_REFUSED_TOO_OFTEN') return texts.pairTooOften;
  return code === 'UNREACHABLE' ? texts.pairUnreachable : texts.pairFailed(code);
}
