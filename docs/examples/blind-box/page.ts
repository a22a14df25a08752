import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The page, ready to be served. */
export interface Page {
  /** Answers with the page itself: the same for every order, which its script reads from the address. */
  document(): Response;
  /** Answers with one of its files. */
  file(name: string): Response;
}

const FILES: Readonly<Record<string, string>> = {
  'main.js': 'text/javascript',
  'graph.js': 'text/javascript',
  'texts.js': 'text/javascript',
  'box.css': 'text/css',
  'icon.svg': 'image/svg+xml',
};

/** Nothing but the page's own files, and the graph. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Reads the page of a folder. Its files lie below a folder that is named by what they hold, so a browser may keep them. */
export function readPage(folder: string): Page {
  const files = new Map(Object.keys(FILES).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const release = createHash('sha256')
    .update([...files.values()].join())
    .digest('hex')
    .slice(0, 12);
  const html = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll('{release}', release);
  const answer = (text: string, type: string, headers: Record<string, string>) =>
    new Response(text, {
      headers: { 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff', ...headers },
    });
  return {
    document: () =>
      answer(html, 'text/html', {
        'cache-control': 'no-cache',
        'content-security-policy': POLICY,
        'referrer-policy': 'no-referrer',
      }),
    file(name) {
      const text = files.get(name);
      if (text === undefined) return new Response(null, { status: 404 });
      return answer(text, FILES[name] ?? '', { 'cache-control': 'public, max-age=31536000, immutable' });
    },
  };
}
