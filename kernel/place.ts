import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What Node itself throws where a program is wrong. Another error is in the words of whoever threw it. */
const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError];
const KERNEL = new URL('.', import.meta.url).href;

/**
 * Where a plug-in's own code went wrong, as `hello/index.ts:3`, seen from the folder where the product was started;
 * undefined where that is not known, or the message says enough.
 */
export function placeOfMistake(error: unknown): string | undefined {
  if (!(error instanceof Error) || !MISTAKES.some((kind) => error instanceof kind)) return undefined;
  for (const [, url = '', line] of (error.stack ?? '').matchAll(/(file:\/\/\S+?):(\d+)/g))
    if (!url.startsWith(KERNEL) && !url.includes('/node_modules/'))
      return `${relative(process.cwd(), fileURLToPath(url))}:${line}`;
  return undefined;
}
