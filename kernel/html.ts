/** A page of plain HTML without scripts, whose forms go back to where it is from. */
export function htmlPage(html: string): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    },
  });
}

/** The language that a page is asked for in: by `?lang=`, else by what the browser prefers. */
export function languageOf(request: Request): 'zh' | 'en' {
  const asked = new URL(request.url).searchParams.get('lang') ?? request.headers.get('accept-language') ?? '';
  return asked.startsWith('zh') ? 'zh' : 'en';
}

/** Text within a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
