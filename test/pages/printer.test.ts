import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../../sdk/testing.ts';
import { openBrowser, picture, type TestBrowser } from './browser.ts';

let app: TestApp;
let browser: TestBrowser;
let token: string;
beforeAll(async () => {
  app = await startTestApp({ demo: true });
  browser = await openBrowser();
  token = await app.restaurant.diner();
}, 60_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

/** The page as it is when so many sheets lie there. */
async function opened(page: Page, sheets: number): Promise<void> {
  while ((await page.locator('svg').count()) < sheets) await page.reload();
}

test('an order of the demonstration is printed on a page, in Chinese and English, until the paper is taken out', async () => {
  const page = await browser.open(`${app.url}/escpos-printer/simulator`, { locale: 'zh-CN' });
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('小票打印机（模拟）');
  expect(await page.getByText('尚未打印任何内容。').count()).toBe(3);
  const first = await app.restaurant.order(token, { quantity: 2 });
  await app.restaurant.pay(token, first.id);
  await app.settled();
  await opened(page, 2);
  await picture(page, 'printer-simulator');
  const receipt = page.locator('section').first();
  // Spaces are drawn as ones that do not break.
  expect(await receipt.locator('svg text').allTextContents()).toEqual(
    expect.arrayContaining(['Total', 'Paid\u00a0by', 'demo']),
  );

  await page.getByRole('link', { name: 'English' }).click();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Receipt printers, simulated');
  await receipt.getByRole('button', { name: 'No paper' }).click();
  expect(await receipt.getByRole('button', { pressed: true }).allTextContents()).toEqual(['No paper']);
  const second = await app.restaurant.order(token, { quantity: 1 });
  await app.restaurant.pay(token, second.id);
  await app.settled();
  await opened(page, 3);
  expect(await receipt.locator('svg').count()).toBe(1);
  await receipt.getByRole('button', { name: 'No paper' }).click();
  await opened(page, 4);
  expect(await receipt.locator('svg').count()).toBe(2);
  await picture(page, 'printer-simulator-english');
  expect(browser.faults).toEqual([]);
}, 60_000);
