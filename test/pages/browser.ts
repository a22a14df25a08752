import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where the pages' pictures lie, for people to look at. */
const PICTURES = join(import.meta.dirname, '../../.tmp/screenshots');

/** The screens that kitchens have. */
export const screens = {
  television: { width: 1920, height: 1080 },
  laptop: { width: 1280, height: 800 },
  tablet: { width: 800, height: 1280 },
} as const;

/** A browser whose pages are closed with it. */
export interface TestBrowser extends AsyncDisposable {
  /** Opens a page that shares nothing with any other; an error in it fails the test by `faults`. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** What went wrong in the pages: exceptions, and what the content security policy refused. */
  readonly faults: string[];
}

/** Starts Chromium without a window. `kitchen.test` is this machine by a name that is not localhost. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP kitchen.test 127.0.0.1',
    ],
  });
  const faults: string[] = [];
  return {
    faults,
    async open(url, options = {}) {
      const context = await browser.newContext({ viewport: screens.laptop, locale: 'en-GB', ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => faults.push(String(error)));
      page.on('console', (message) => {
        if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
      });
      await page.goto(url);
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Keeps a picture of a page. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}

function chromiumPath(): string {
  const given = process.env['CHROMIUM'];
  if (given) return given;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error('the pages’ tests need Chromium: install it, or say where it is by CHROMIUM');
}
