/** The languages of pages. */
export type Language = 'zh' | 'en';

/** Lets a page show its own style and send its own forms, and nothing else: no script, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'";

/** A page without scripts, such as a simulator's: what is behind `<body>`, in the language that is asked for. */
export interface PlainPage {
  title: string;
  language: Language;
  /** CSS. */
  style: string;
  body: string;
}

/** The language that a request asks for: `?lang=zh` before what the browser prefers. */
export function languageOf(request: Request): Language {
  const asked = new URL(request.url).searchParams.get('lang') ?? request.headers.get('accept-language') ?? '';
  return asked.startsWith('zh') ? 'zh' : 'en';
}

/** Answers with a page; texts from elsewhere in it are `escaped`. */
export function plainPage({ title, language, style, body }: PlainPage): Response {
  const other = language === 'zh' ? ['en', 'English'] : ['zh', '中文'];
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style>
<h1>${title}</h1><p><a href="?lang=${other[0]}">${other[1]}</a></p>
${body}</html>`;
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Sends the browser back to the page after a form, in the same language. */
export function backToPage(request: Request): Response {
  const { pathname } = new URL(request.url);
  return new Response(null, { status: 303, headers: { location: `${pathname}?lang=${languageOf(request)}` } });
}

/** A text as HTML shows it letter by letter. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
