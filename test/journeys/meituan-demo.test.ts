import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startApp } from '../app.ts';
import { counterOf, openRestaurant, type Told } from '../counter.ts';
import { run } from '../process.ts';

const PAGE = '/meituan/simulator';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A port that nobody has, so that the product can be told its own address. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

test('the demonstration receives an order from a page, with no account anywhere; the diner cancels it there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-meituan-demo-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const page = async (language = 'en') => (await fetch(`${url}${PAGE}?lang=${language}`)).text();
  const press = (form: Record<string, string>) =>
    fetch(`${url}${PAGE}`, { method: 'POST', headers: FORM, body: new URLSearchParams(form), redirect: 'manual' });
  const ask = async (query: string, token = ''): Promise<Told> => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    return (await (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })).json())
      .data;
  };
  /** What a page shows as soon as it does. */
  const shows = async (what: RegExp, language?: string): Promise<string> => {
    for (;;) {
      const html = await page(language);
      if (what.test(html)) return html;
      await pause(200);
    }
  };
  {
    await using product = run('start', [], { DATA_DIR: join(folder, 'data'), PORT: port });
    await product.printed(/To order from outside +http\S+\/meituan\/simulator/);
    const html = await shows(/name="q /);
    expect(await page('zh')).toContain('提交订单');
    const [, shop = ''] = /name="shop" value="([^"]+)"/.exec(html) ?? [];
    const [, dish = ''] = /name="(q [^"]+)"/.exec(html) ?? [];
    expect((await press({ act: 'order', shop, [dish]: '2', note: '少辣' })).status).toBe(303);
    await shows(/class="state">confirmed/);

    const signIn = 'mutation { signInStaff(input: { name: "Wang Fang", pin: "2468" }) { accessToken } }';
    const { accessToken } = (await ask(signIn)).signInStaff;
    const { store } = (await ask('{ table(code: "DEMO-A1") { store { id } } }')).table;
    const read = `{ orders(storeId: "${store.id}") { edges { node { state note externalId delivery { recipient } tickets { state } } } } }`;
    const [{ node: order }] = (await ask(read, accessToken)).orders.edges;
    expect(order).toMatchObject({ state: 'PAID', note: '少辣', delivery: { recipient: '张三(先生)' } });
    // The service gives a portion back, and the diner wants the other one's money: staff have a look at that.
    expect(await page('zh')).toContain('客服退一份');
    for (const act of ['service', 'part']) await press({ act, order: order.externalId });
    await shows(/Part ¥[\d.]+: agreed · Part ¥[\d.]+: waits for the shop/);
    await press({ act: 'withdrawPart', order: order.externalId });
    await shows(/Part ¥[\d.]+: withdrawn/);
    expect((await press({ act: 'cancel', order: order.externalId })).status).toBe(303);
    for (let state = ''; state !== 'CANCELLED'; ) {
      [
        {
          node: { state },
        },
      ] = (await ask(read, accessToken)).orders.edges;
      await pause(100);
    }
    expect(await page()).toContain('1101');
    product.child.kill('SIGINT');
    expect(await product.ended()).toBe(0);
  }
  rmSync(folder, { recursive: true });
}, 90_000);

test('where nothing is configured, as in production at first, nobody is listened to', async () => {
  await using app = await startApp({ environment: { MEITUAN_SIMULATOR: 'false' } });
  const restaurant = await openRestaurant(app);
  const counter = counterOf(app, restaurant);
  const { id } = await counter.placed();
  expect(await counter.pay(restaurant.hq, id, { provider: 'meituan' })).toBe('PAYMENT_PROVIDER_UNKNOWN');
  for (const place of ['/webhooks/meituan/order', PAGE])
    expect((await fetch(`${app.url}${place}`, { method: 'POST', body: 'a=b' })).status).toBe(404);
});
