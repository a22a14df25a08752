import { labels, type PrintLanguage } from './labels.ts';
import { centred, cut, markup } from './markup.ts';

/** The same print with the word copy at its head: at that of each sheet, where it is cut into several. */
export function copyOf(content: string, language: PrintLanguage): string {
  const head = centred(`^^^${labels[language].copy}`);
  const cutOff = `\n${cut}\n`;
  return content
    .split(cutOff)
    .map((sheet) => markup(head, sheet))
    .join(cutOff);
}
