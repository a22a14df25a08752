import { labels, type PrintLanguage } from './labels.ts';
import { centred, markup } from './markup.ts';

/** The same print with the word copy at its head. */
export function copyOf(content: string, language: PrintLanguage): string {
  return markup(centred(`^^^${labels[language].copy}`), content);
}
