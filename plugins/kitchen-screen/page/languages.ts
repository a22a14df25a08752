import { attribute, h } from './dom.ts';
import { texts as allTexts, type Language, type Texts } from './texts.ts';

/** The switch between the languages, each in its own words. */
export function languageChooser(speak: (language: Language) => void) {
  const choices = (Object.keys(allTexts) as Language[]).map((language) => {
    const button = h('button', { type: 'button', lang: language }, allTexts[language].language);
    button.addEventListener('click', () => speak(language));
    return { language, button };
  });
  const element = h('div', { class: 'languages choices', role: 'group' }, ...choices.map(({ button }) => button));
  return {
    element,
    render(language: Language, texts: Texts) {
      attribute(element, 'aria-label', texts.languages);
      for (const choice of choices) {
        attribute(choice.button, 'aria-pressed', choice.language === language ? 'true' : 'false');
      }
    },
  };
}
