import { attribute, h, text } from './dom.ts';
import { type Language, texts } from './texts.ts';

/** The button that changes to the other language, in that language's own words. */
export interface LanguageSwitch {
  readonly element: HTMLElement;
  render(language: Language): void;
}

/** Makes the switch between the languages. */
export function languageSwitch(speak: (language: Language) => void): LanguageSwitch {
  const element = h('button', { class: 'language', type: 'button' });
  let other: Language = 'en';
  element.addEventListener('click', () => speak(other));
  return {
    element,
    render(language) {
      other = language === 'zh' ? 'en' : 'zh';
      attribute(element, 'lang', other);
      text(element, texts[other].language);
    },
  };
}
