import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startApp } from '../app.ts';
import { type House, part, startKitchen } from '../kitchen.ts';
import { diner, headquarters } from '../people.ts';
import { addDish, key, openShop, write } from '../shop.ts';
import { openBrowser, picture, screens, type TestBrowser } from './browser.ts';
import { layWire, type Wire } from './wire.ts';

let house: House;
let browser: TestBrowser;
let wire: Wire;

beforeAll(async () => {
  [house, browser] = await Promise.all([startKitchen(), openBrowser()]);
  wire = await layWire(Number(new URL(house.app.url).port));
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
  await house[Symbol.asyncDispose]();
});
afterEach(() => {
  wire.mend();
  expect(browser.faults.splice(0)).toEqual([]);
});

const MINUTE = 60_000;

/** A new screen's id and pairing code. */
async function pairing(storeId: string, stationId?: string): Promise<{ id: string; code: string }> {
  const input = { idempotencyKey: key(), storeId, stationId, name: 'Screen by the pass' };
  const made = await write(house.app, house.hq, 'createPairing', 'CreatePairingInput', input, 'code device { id }');
  return { id: made.device.id, code: made.code };
}

/** Opens a screen that pairs itself by the code in its address. */
async function screen(storeId: string, options: BrowserContextOptions & { url?: string; stationId?: string } = {}) {
  const { url = house.app.url, stationId, ...context } = options;
  const { code } = await pairing(storeId, stationId);
  const page = await browser.open(`${url}/kitchen?pair=${code}`, context);
  await page.locator('[data-link=live]').waitFor();
  return page;
}

/** Pays an order as if some minutes ago. */
async function paidAgo(minutes: number, ...order: Parameters<House['paid']>): Promise<void> {
  const now = Date.now();
  house.clock.set(now - minutes * MINUTE);
  await house.paid(...order);
  house.clock.set(now);
}

const card = (page: Page, number: number): Locator => page.locator('.card', { hasText: String(number) });
const tap = (page: Page, number: number, name: string) => card(page, number).getByRole('button', { name }).click();
const says = (page: Page, number: number, words: string) => card(page, number).getByText(words).first().waitFor();
const gone = (page: Page, number: number) => card(page, number).waitFor({ state: 'detached' });
const numbers = (page: Page) => page.locator('.number').allTextContents();

describe('A screen is paired', () => {
  test('by the code that the manager reads out, and shows what is to be cooked in the order due', async () => {
    const storeId = await house.newStore();
    await paidAgo(1, storeId, [{ name: 'Boiled fish' }], { pickupNumber: 103, tableName: 'B7' });
    await paidAgo(18, storeId, [{ name: 'Mapo tofu', quantity: 2 }], { pickupNumber: 101 });
    await paidAgo(12, storeId, [{ name: 'Bubble tea' }], { pickupNumber: 102, channel: 'TAKEAWAY', tableName: null });
    const page = await browser.open(`${house.app.url}/kitchen`);
    await page.getByRole('heading', { name: 'Pair this screen' }).waitFor();
    await picture(page, 'pairing');
    await page.getByLabel('Pairing code').fill('NOT-A-CODE');
    await page.getByRole('button', { name: 'Pair' }).click();
    await page.getByText('This code is wrong, was used or is too old').waitFor();

    const { code } = await pairing(storeId);
    await page.getByLabel('Pairing code').fill(code.toLowerCase());
    await page.getByRole('button', { name: 'Pair' }).click();
    await says(page, 101, 'Mapo tofu');
    expect(await numbers(page)).toEqual(['101', '102', '103']);
    expect(await card(page, 101).locator('.age').textContent()).toMatch(/^18:0\d$/);
    await says(page, 101, 'Late');
    await says(page, 102, 'Due soon');
    await says(page, 103, 'Waiting');
    await page.reload();
    await says(page, 103, 'Boiled fish');
    expect(await page.locator('.device').textContent()).toBe('Screen by the pass');
  });

  test('by the code in its address, which is gone from the address at once', async () => {
    const page = await screen(await house.newStore());
    expect(page.url()).toBe(`${house.app.url}/kitchen`);
    await page.getByRole('heading', { name: 'Nothing to cook' }).waitFor();
    await picture(page, 'empty');
  });

  test('over plain http in the restaurant’s own network, where browsers withhold half of what they can', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{}], { pickupNumber: 111 });
    const page = await screen(storeId, { url: house.app.url.replace('localhost', 'kitchen.test') });
    expect(await page.evaluate('isSecureContext')).toBe(false);
    await tap(page, 111, 'Start');
    await says(page, 111, 'Cooking');
  });

  test('and sent back to pairing the moment it is unpaired', async () => {
    const storeId = await house.newStore();
    const { id, code } = await pairing(storeId);
    const page = await browser.open(`${house.app.url}/kitchen?pair=${code}`);
    await page.locator('[data-link=live]').waitFor();
    await house.app.ask('mutation ($id: ID!) { unpairDevice(input: { id: $id }) { id } }', { id }, house.hq.token);
    await page.getByText('This screen was unpaired').waitFor();
    await picture(page, 'unpaired');
    await page.getByLabel('Pairing code').fill((await pairing(storeId)).code);
    await page.getByRole('button', { name: 'Pair' }).click();
    await page.getByText('Nothing to cook').waitFor();
  });
});

describe('A cook taps', () => {
  test('and the ticket moves on, here and on the other screen, until it is served', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{ name: 'Fried rice' }], { pickupNumber: 121 });
    const [pass, wok] = await Promise.all([screen(storeId), screen(storeId, { viewport: screens.tablet })]);
    for (const [action, state] of [
      ['Start', 'Cooking'],
      ['Done', 'Ready'],
    ] as const) {
      await tap(wok, 121, action);
      await says(wok, 121, state);
      await says(pass, 121, state);
    }
    await tap(wok, 121, 'Serve');
    await Promise.all([gone(wok, 121), gone(pass, 121)]);
    await pass.getByText('Nothing to cook').waitFor();
  });

  test('twice in a hurry, and the ticket moves one step', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{}], { pickupNumber: 122 });
    const page = await screen(storeId);
    await card(page, 122).getByRole('button', { name: 'Start' }).dblclick({ delay: 30 });
    await says(page, 122, 'Cooking');
    await card(page, 122).getByRole('button', { name: 'Done' }).waitFor();
    await house.app.settled();
    expect(await house.kitchen(storeId)).toMatchObject([{ state: 'STARTED' }]);
  });

  test('on what another screen has moved already, and sees where it is now', async () => {
    const storeId = await house.newStore();
    const ticket = await house.ticket(storeId);
    const page = await screen(storeId, { url: `http://127.0.0.1:${wire.port}` });
    await page.getByRole('button', { name: 'Start' }).waitFor();
    wire.cut();
    await page.locator('.banner').waitFor();
    await house.advance(ticket.id, 'STARTED');
    await house.advance(ticket.id, 'READY');
    await page.getByRole('button', { name: 'Start' }).click();
    wire.mend();
    await page.getByRole('button', { name: 'Serve' }).waitFor();
    expect(await house.kitchen(storeId)).toMatchObject([{ state: 'READY' }]);
  });

  test('while a cancelled order stands on the screen until it has been seen', async () => {
    const storeId = await house.newStore();
    const orderId = await house.paid(storeId, [{ name: 'Roast duck' }], { pickupNumber: 124 });
    const page = await screen(storeId);
    await tap(page, 124, 'Start');
    await says(page, 124, 'Cooking');
    await house.till.cancel(storeId, orderId);
    await says(page, 124, 'Stop making it.');
    await picture(page, 'cancelled');
    await tap(page, 124, 'Got it');
    await gone(page, 124);
  });
});

describe('The network fails', () => {
  test('the screen says so, goes on by itself, and has missed nothing', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{ name: 'Spring rolls' }], { pickupNumber: 131 });
    await house.paid(storeId, [{ name: 'Wonton' }], { pickupNumber: 132 });
    const page = await screen(storeId, { url: `http://127.0.0.1:${wire.port}` });
    await says(page, 132, 'Wonton');
    wire.cut();
    await page.getByText('Connection lost').first().waitFor();
    expect(await page.getByRole('status').textContent()).toContain('Connection lost');
    await picture(page, 'lost');

    await house.paid(storeId, [{ name: 'Hot pot' }], { pickupNumber: 133 });
    const first = (await house.kitchen(storeId)).find(({ lines }) => lines[0]?.name === 'Spring rolls');
    for (const to of ['STARTED', 'READY', 'SERVED']) await house.advance(first?.id ?? '', to);
    await tap(page, 132, 'Start');
    await says(page, 132, 'Goes out once connected');

    wire.mend();
    await says(page, 133, 'Hot pot');
    await gone(page, 131);
    await says(page, 132, 'Cooking');
    await page.locator('.banner').waitFor({ state: 'hidden' });
    expect(await page.getByRole('status').textContent()).toBe('Connected again. The tickets are up to date.');
  });

  test('a link that has died without a word is noticed within seconds', async () => {
    const page = await screen(await house.newStore(), { url: `http://127.0.0.1:${wire.port}` });
    wire.silence();
    await page.locator('.banner').waitFor({ timeout: 12_000 });
  });
});

describe('A session is renewed', () => {
  const later = async (minutes: number, work: () => Promise<void>) => {
    house.clock.advance(minutes * MINUTE);
    await work();
    house.clock.set(Date.now());
  };

  test('when its token has ended, in both tabs of one browser, and nobody notices', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{}], { pickupNumber: 181 });
    // By a name that is not localhost: there browsers have no locks between tabs.
    const first = await screen(storeId, { url: `http://kitchen.test:${wire.port}` });
    const second = await first.context().newPage();
    await second.goto(first.url());
    await says(second, 181, 'Waiting');
    await later(16, async () => {
      wire.cut();
      await Promise.all([first, second].map((page) => page.locator('.banner').waitFor()));
      wire.mend();
      await Promise.all([first, second].map((page) => page.locator('[data-link=live]').waitFor()));
      await tap(first, 181, 'Start');
      await says(second, 181, 'Cooking');
      await tap(second, 181, 'Done');
      await says(first, 181, 'Ready');
    });
  });
});

describe('What a cook reads', () => {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

  test('notes and modifiers are large, and a note is text whatever it says', async () => {
    const storeId = await house.newStore();
    await house.paid(
      storeId,
      [{ name: '<b>Noodles</b>', modifiers: ['No peanuts', '<i>hot</i>'], note: hostile, quantity: 3 }],
      { pickupNumber: 141, note: 'Allergic to peanuts!\nمكسرات ممنوعة 🥜' },
    );
    const page = await screen(storeId);
    await says(page, 141, hostile);
    expect(await page.title()).toBe('Kitchen screen');
    expect(await page.locator('.card img, .card script, .card b, .card i').count()).toBe(0);
    expect(await page.locator('.name, .modifiers li, .note-text').allTextContents()).toEqual([
      'Allergic to peanuts!\nمكسرات ممنوعة 🥜',
      '<b>Noodles</b>',
      'No peanuts',
      '<i>hot</i>',
      hostile,
    ]);
    const sizes = await page
      .locator('.number, .age, .quantity, .name, .spec, .modifiers li, .note-text, .action')
      .evaluateAll((elements) => elements.map((element) => Number.parseFloat(getComputedStyle(element).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
    const { height } = (await page.locator('.action').boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThanOrEqual(72);
  });

  test('the station that was chosen, also after the screen was switched off and on', async () => {
    const storeId = await house.newStore();
    const wok = await house.station(storeId, 'Wok', { isDefault: true });
    await house.station(storeId, 'Bar', { categoryIds: ['drinks'] });
    const tea = { name: 'Green tea', parts: [part('Green tea', 'drinks')] };
    await house.paid(storeId, [{ name: 'Fried rice' }, tea], { pickupNumber: 151 });
    const page = await screen(storeId, { stationId: wok.id });
    await page.getByText('Fried rice').waitFor();
    expect(await page.getByText('Green tea').count()).toBe(0);
    await page.getByRole('button', { name: 'Bar' }).click();
    await page.getByText('Green tea').waitFor();
    expect(await page.getByText('Fried rice').count()).toBe(0);
    await page.reload();
    await page.getByText('Green tea').waitFor();
    await page.getByRole('button', { name: 'All' }).click();
    await page.getByText('Fried rice').waitFor();
    expect(await page.getByText('Green tea').count()).toBe(1);
  });

  test('Chinese or English: the browser’s, the address’s, or the one chosen', async () => {
    const storeId = await house.newStore();
    await house.paid(storeId, [{ name: '宫保鸡丁' }], { pickupNumber: 161 });
    const page = await screen(storeId, { locale: 'zh-CN' });
    await says(page, 161, '待制作');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await page.goto(`${house.app.url}/kitchen?lang=en`);
    await says(page, 161, 'Waiting');
    await page.getByRole('button', { name: '中文' }).click();
    await says(page, 161, '开始制作');
    expect(page.url()).toBe(`${house.app.url}/kitchen`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.reload();
    await tap(page, 161, 'Start');
    await says(page, 161, 'Cooking');
  });

  test('on a television, a laptop and a tablet held upright, with nothing cut off', async () => {
    const storeId = await house.newStore();
    await house.station(storeId, '热炒 Wok', { isDefault: true });
    await house.station(storeId, '饮品 Bar', { categoryIds: ['drinks'] });
    const long = Array.from({ length: 12 }, (_, n) => ({
      name: `小笼包 Soup dumplings ${n + 1}`,
      modifiers: ['加醋'],
    }));
    await paidAgo(17, storeId, [{ name: '宫保鸡丁 Kung Pao Chicken', quantity: 2, modifiers: ['少辣 Less spicy'] }], {
      pickupNumber: 171,
      note: '花生过敏！Peanut allergy!',
    });
    await paidAgo(11, storeId, [{ name: '麻婆豆腐', note: '小朋友吃，请切小块' }], { pickupNumber: 172 });
    const tea = { name: '珍珠奶茶 Bubble tea', quantity: 2, parts: [part('珍珠奶茶', 'drinks')] };
    await paidAgo(6, storeId, [{ name: 'x'.repeat(80) }, tea], { pickupNumber: 173, channel: 'TAKEAWAY' });
    await paidAgo(2, storeId, [{ name: '水煮鱼', note: 'word '.repeat(100) }], { pickupNumber: 174 });
    await paidAgo(1, storeId, long, { pickupNumber: 175, channel: 'DELIVERY', tableName: null });
    for (const [name, viewport] of Object.entries(screens)) {
      const page = await screen(storeId, { viewport, locale: name === 'laptop' ? 'en-GB' : 'zh-CN' });
      await card(page, 175).first().waitFor();
      await page.evaluate('document.fonts.ready');
      await picture(page, name);
      const cut = await page.evaluate(
        `[...document.querySelectorAll('.card, .bar, .name, .note-text, .action')]
          .filter((element) => element.scrollWidth > element.clientWidth + 1).length`,
      );
      expect({ name, cut }).toEqual({ name, cut: 0 });
      const tops = await page
        .locator('.slot')
        .evaluateAll((slots) => slots.map((slot) => slot.getBoundingClientRect().top));
      expect(tops).toEqual([...tops].sort((a, b) => a - b));
    }
  });
});

test('an order that a diner places and pays for stands on the screen, and is theirs when the cook has served it', async () => {
  await using app = await startApp();
  const hq = await headquarters(app);
  const shop = await openShop(app, hq, 'People’s Square');
  const dish = await addDish(app, hq, shop, 'Beef noodles', { Large: 3400 });
  const guest = await diner(app, 'Xiao Hong');
  const device = { idempotencyKey: key(), storeId: shop.storeId, name: 'Pass' };
  const { code } = await write(app, hq, 'createPairing', 'CreatePairingInput', device, 'code');
  const page = await browser.open(`${app.url}/kitchen?pair=${code}`);
  await page.getByText('Nothing to cook').waitFor();

  const line = { menuItemId: dish.menuItemId, specId: dish.specs['Large'], quantity: 2, note: 'no coriander' };
  const cart = { storeId: shop.storeId, tableCode: shop.tableCode, lines: [line] };
  const { quote } = await app.ask(
    'query ($cart: CartInput!) { quote(input: $cart) { ... on Quote { id total } } }',
    { cart },
    guest.token,
  );
  const placing = { idempotencyKey: key(), cart, quoteId: quote.id, total: quote.total };
  const order = await write(app, guest, 'placeOrder', 'PlaceOrderInput', placing, '... on Order { id }');
  const paying = { idempotencyKey: key(), orderId: order.id, provider: 'demo' };
  await write(app, guest, 'payOrder', 'PayOrderInput', paying, '... on Order { state }');
  await page.getByText('no coriander').waitFor();
  for (const action of ['Start', 'Done', 'Serve']) await page.getByRole('button', { name: action }).click();
  await page.getByText('Nothing to cook').waitFor();
  await app.settled();
  const { order: served } = await app.ask(
    'query ($id: ID!) { order(id: $id) { state } }',
    { id: order.id },
    guest.token,
  );
  expect(served.state).toBe('COMPLETED');
});
