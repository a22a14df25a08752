import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A file of the page. */
interface Asset {
  /** Its name below /kitchen, which holds a hash of its text. */
  name: string;
  text: string;
  type: string;
}

/** The kitchen's page, ready to be served. */
export interface BuiltPage {
  /** Answers with a file of the page by its name. */
  asset(name: string): Response;
  /** Answers with the page itself. */
  document(request: Request): Response;
}

/** Kitchens hang old tablets on the wall: what these browsers lack is rewritten. */
const BROWSERS = ['chrome87', 'firefox88', 'safari14.1'];
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#12161c"/><rect x="7" y="7" width="18" height="5" rx="2" fill="#4da3ff"/><rect x="7" y="14" width="18" height="5" rx="2" fill="#ffb938"/><rect x="7" y="21" width="18" height="5" rx="2" fill="#3ddc84"/></svg>`;

/** Bundles the page's script and style: some 50 ms. Throws when they do not compile. */
export async function buildPage(): Promise<BuiltPage> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page/main.ts'), join(import.meta.dirname, 'page/kitchen.css')],
    outdir: 'kitchen',
    bundle: true,
    write: false,
    format: 'esm',
    minify: true,
    charset: 'utf8',
    target: BROWSERS,
    logLevel: 'silent',
  });
  const output = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const script = asset('app', 'js', 'text/javascript', output('.js'));
  const style = asset('app', 'css', 'text/css', output('.css'));
  const icon = asset('icon', 'svg', 'image/svg+xml', ICON);
  const html = documentOf(script.name, style.name, icon.name);
  const assets = new Map([script, style, icon].map((one) => [one.name, one]));
  return {
    asset(name) {
      const found = assets.get(name);
      if (!found) return new Response(null, { status: 404 });
      return new Response(found.text, {
        headers: {
          'content-type': found.type,
          // The name changes with the text, so a browser may keep it for good.
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        },
      });
    },
    document: (request) =>
      new Response(html, {
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-cache',
          'content-security-policy': policy(new URL(request.url).host),
          'referrer-policy': 'no-referrer',
          'x-content-type-options': 'nosniff',
        },
      }),
  };
}

function asset(name: string, ending: string, type: string, text: string): Asset {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { name: `${name}-${hash}.${ending}`, text, type: `${type}; charset=utf-8` };
}

function documentOf(script: string, style: string, icon: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#0b0e12">
<meta name="color-scheme" content="dark">
<meta name="mobile-web-app-capable" content="yes">
<meta name="release" content="${script} ${style}">
<title>Kitchen screen</title>
<link rel="icon" href="/kitchen/${icon}" type="image/svg+xml">
<link rel="stylesheet" href="/kitchen/${style}">
<script type="module" src="/kitchen/${script}"></script>
</head>
<body>
<noscript>This screen needs JavaScript. 这块屏幕需要启用 JavaScript。</noscript>
</body>
</html>
`;
}

/** Nothing but the page's own files; older Safari does not count its own sockets as 'self'. */
function policy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Cards are given their rows by the script, which the object model may do without 'unsafe-inline'.
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}
