import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import blindBox from '../../docs/examples/blind-box/index.ts';
import { startTestApp, type TestApp } from '../../sdk/testing.ts';
import { openBrowser, picture, type TestBrowser } from './browser.ts';

/** What diners hold in their hands: a large telephone, and the smallest that is still sold. */
const telephone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const small = { ...telephone, viewport: { width: 320, height: 568 } };

let app: TestApp;
let browser: TestBrowser;
let token: string;
beforeAll(async () => {
  app = await startTestApp({ plugins: [blindBox], demo: true });
  browser = await openBrowser();
  token = await app.restaurant.diner();
  await app.restaurant.set('blind-box', {
    minimum: 0,
    prizes: [{ name: '酸梅汤一杯 A glass of plum juice', weight: 1 }],
  });
}, 60_000);
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

async function paid(): Promise<string> {
  const { id } = await app.restaurant.order(token);
  await app.restaurant.pay(token, id);
  return id;
}

const addressOf = (orderId: string, whose = token) => `${app.url}/blind-box/${orderId}#token=${whose}`;
const box = (page: Page) => page.locator('.box');
const state = (page: Page, name: string) => page.locator(`main[data-state=${name}]`).waitFor();

test('a diner taps the box, and it opens: in Chinese on a telephone, and the prize stays there', async () => {
  const asked: string[] = [];
  const page = await browser.open('about:blank', { ...telephone, locale: 'zh-CN' });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(addressOf(await paid()));
  await page.getByText('点一下，打开盲盒').waitFor();
  await picture(page, 'blind-box-ready');
  await box(page).tap();
  await page.getByText('恭喜获得').waitFor();
  expect(await page.locator('.prize').textContent()).toBe('酸梅汤一杯 A glass of plum juice');
  await picture(page, 'blind-box-opened');

  await page.reload();
  await state(page, 'opened');
  expect(await page.locator('.prize').textContent()).toBe('酸梅汤一杯 A glass of plum juice');
  expect(await box(page).isDisabled()).toBe(true);
  // The token is in no address that a server is sent, nor left in the one that people see.
  expect(asked.filter((url) => url.includes(token) && !url.includes('#'))).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(app.url))).toEqual([]);
  expect(page.url()).not.toContain('token');
  expect(browser.faults).toEqual([]);
});

test('on the smallest telephone nothing is cut off, and it is in English where the browser is', async () => {
  const page = await browser.open(addressOf(await paid()), { ...small, locale: 'en-GB' });
  await box(page).tap();
  await page.getByText('You have won').waitFor();
  await page.getByText('Show this to the staff').waitFor();
  const { scrollWidth, clientWidth } = (await page.evaluate(
    '(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)',
  )) as { scrollWidth: number; clientWidth: number };
  expect(scrollWidth).toBe(clientWidth);
  const { y, height } = (await page.locator('.card').boundingBox()) ?? { y: 0, height: Number.NaN };
  expect(y + height).toBeLessThan(small.viewport.height);
  await picture(page, 'blind-box-small');
});

test('where the network fails at the tap, the box is still there to be opened', async () => {
  const page = await browser.open(addressOf(await paid()), telephone);
  await state(page, 'ready');
  await page.route('**/graphql', (route) => route.abort());
  await box(page).tap();
  await page.getByText('The connection failed. Your box is safe').waitFor();
  await picture(page, 'blind-box-failed');
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).tap();
  await state(page, 'ready');
  await box(page).tap();
  await page.getByText('You have won').waitFor();
});

test('who may not open it is told so: a stranger, nobody, and whose order has no box', async () => {
  const orderId = await paid();
  const stranger = await browser.open(addressOf(orderId, await app.restaurant.diner('a stranger')), telephone);
  await stranger.getByText('This box is for whoever ordered to open.').waitFor();
  const nobody = await browser.open(`${app.url}/blind-box/${orderId}`, telephone);
  await nobody.getByText('Sign in where you ordered').waitFor();
  const unpaid = await app.restaurant.order(token);
  const none = await browser.open(addressOf(unpaid.id), telephone);
  await none.getByText('There is no box with this order.').waitFor();
  await picture(none, 'blind-box-none');
  for (const page of [stranger, nobody, none]) expect(await box(page).isDisabled()).toBe(true);
  expect(browser.faults).toEqual([]);
});
