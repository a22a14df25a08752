import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import { startApp, testClock } from '../app.ts';
import { counterOf, openRestaurant } from '../counter.ts';
import { paymentCode } from '../wechat-pay.ts';

const PAGE = '/wechat-pay/simulator';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

test('the demonstration is paid on a page, with no account anywhere, in English and Chinese', async () => {
  const clock = testClock();
  await using app = await startApp({ clock });
  const restaurant = await openRestaurant(app);
  const counter = counterOf(app, restaurant);
  const { id } = await counter.placed();
  await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' });
  const page = async (headers: Record<string, string>, path = PAGE) =>
    (await fetch(`${app.url}${path}`, { headers })).text();
  expect(await page({ 'accept-language': 'zh-CN,zh;q=0.9' })).toMatch(/待支付|确认支付/);
  expect(await page({ 'accept-language': 'zh-CN' }, `${PAGE}?lang=en`)).toContain('>Pay</button>');
  const html = await page({ 'accept-language': 'en-GB' });
  expect(html).toContain('¥56.00 · NATIVE');
  expect(html).toContain('<svg');
  const trade = /name="trade" value="(\w+)"/.exec(html)?.[1] ?? '';
  const press = (body: string) =>
    fetch(`${app.url}${PAGE}`, { method: 'POST', headers: FORM, body, redirect: 'manual' });
  expect((await press(`trade=${trade}&act=confirm`)).status).toBe(303);
  // There is nobody at the address for callbacks here, so WeChat Pay is asked.
  clock.advance(20 * SECOND);
  await app.runJob('orders.recover');
  expect((await counter.order(restaurant.guest, id)).state).toBe('PAID');
  expect(await page({})).toContain('NATIVE SUCCESS');

  await press('fault=busy');
  await press('fault=no+such+thing');
  const other = await counter.placed();
  expect(await counter.pay(restaurant.guest, other.id, { provider: 'wechat-pay' })).toMatchObject({
    action: expect.stringMatching(/^weixin:/),
  });
});

test('the simulator keeps its books over a restart: what was paid before is given back after it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-wechat-demo-'));
  const clock = testClock();
  const environment = { MEMBERS_ACCESS_MINUTES: '120' };
  const restaurant = await (async () => {
    await using app = await startApp({ clock, dataDir, environment });
    return await openRestaurant(app);
  })();
  let id = '';
  {
    await using app = await startApp({ clock, dataDir, environment });
    const counter = counterOf(app, restaurant);
    ({ id } = await counter.placed());
    const pay = { provider: 'wechat-pay', instrument: paymentCode() };
    expect(await counter.pay(restaurant.guest, id, pay)).toMatchObject({ state: 'PAID' });
  }
  await using app = await startApp({ clock, dataDir, environment });
  const counter = counterOf(app, restaurant);
  await counter.cancel(restaurant.guest, id);
  // The simulator looks at the clock by itself, a moment later.
  while ((await counter.order(restaurant.guest, id)).payments[0].state !== 'REFUNDED') {
    clock.advance(20 * SECOND);
    await app.runJob('orders.recover');
  }
  rmSync(dataDir, { recursive: true });
});

describe('where nothing is configured, as in production at first,', () => {
  test('nobody pays by WeChat Pay, nobody is listened to, and headquarters’ part of the graph says so', async () => {
    await using app = await startApp({ environment: { WECHAT_PAY_SIMULATOR: 'false' } });
    const restaurant = await openRestaurant(app);
    const counter = counterOf(app, restaurant);
    const { id } = await counter.placed();
    expect(await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' })).toBe('PAYMENT_PROVIDER_UNKNOWN');
    for (const place of ['/webhooks/wechat-pay', PAGE])
      expect((await fetch(`${app.url}${place}`, { method: 'POST', body: '{}' })).status).toBe(404);
    const { token } = restaurant.hq;
    const read = '{ weChatPayBill(day: "2026-11-20") { day } }';
    expect((await app.ask(read, {}, token)).weChatPayBill).toBeNull();
    const compare = 'mutation { compareWeChatPayBill(input: { day: "2026-11-20" }) { day } }';
    expect((await app.graph(compare, {}, token)).errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
  });
});
