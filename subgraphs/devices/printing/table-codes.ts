import { labels, type PrintLanguage } from './labels.ts';
import { centred, cut, markup, plain, qrCode } from './markup.ts';

/** What stands on a table: its name, and the code that a diner scans. */
export function tableCodes(tables: readonly { name: string; url: string }[], language: PrintLanguage): string {
  return markup(
    ...tables.flatMap(({ name, url }) => [
      centred(`^^^${plain(name)}`),
      '',
      qrCode(url),
      '',
      centred(labels[language].scan),
      cut,
    ]),
  );
}
