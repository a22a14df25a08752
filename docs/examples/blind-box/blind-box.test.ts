import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from 'dinegraph/testing';
import { draw } from './draw.ts';
import blindBox from './index.ts';

const NOTHING = 'BLIND_BOX_NOT_FOUND';
const PRIZES = [{ name: 'Tea egg', weight: 1 }];
const SHOW = 'query ($id: ID!) { order(id: $id) { blindBox { state prize openedAt order { id } } } }';
const OPEN = 'mutation ($id: ID!) { openBlindBox(input: { orderId: $id }) { state prize openedAt } }';

let app: TestApp;
let diner: string;
before(async () => {
  app = await startTestApp({ plugins: [blindBox], demo: true });
  diner = await app.restaurant.diner();
  await app.restaurant.set('blind-box', { minimum: 0, prizes: PRIZES });
});
after(() => app[Symbol.asyncDispose]());

/** An order that somebody has placed and paid, when everybody has heard of it. */
async function paid(token = diner): Promise<{ id: string; total: number }> {
  const order = await app.restaurant.order(token);
  await app.restaurant.pay(token, order.id);
  await app.settled();
  return order;
}

const boxOf = async (id: string, token?: string) => (await app.graph(SHOW, { id }, token)).data.order?.blindBox;
const open = (id: string, token?: string) => app.graph(OPEN, { id }, token);
const refusal = async (answer: ReturnType<typeof open>) => (await answer).errors?.[0]?.extensions?.['code'];

describe('after a paid order', () => {
  test('there is a box, which is opened once: later it holds the same prize', async () => {
    const order = await app.restaurant.order(diner);
    assert.equal(await boxOf(order.id, diner), null, 'before it is paid');
    await app.restaurant.pay(diner, order.id);
    await app.settled();
    const closed = { state: 'READY', prize: null, openedAt: null, order: { id: order.id } };
    assert.deepEqual(await boxOf(order.id, diner), closed);

    const { openBlindBox: opened } = await app.ask(OPEN, { id: order.id }, diner);
    assert.equal(opened.state, 'OPENED');
    assert.equal(opened.prize, 'Tea egg');
    await app.restaurant.set('blind-box', { prizes: [{ name: 'A car', weight: 1 }] });
    assert.deepEqual((await app.ask(OPEN, { id: order.id }, diner)).openBlindBox, opened);
    assert.deepEqual(await boxOf(order.id, diner), { ...opened, order: { id: order.id } });
    await app.restaurant.set('blind-box', { prizes: PRIZES });
  });

  test('many taps at once open it once, and all see one prize', async () => {
    const prizes = Array.from({ length: 50 }, (_, n) => ({ name: `Prize ${n}`, weight: 1 }));
    await app.restaurant.set('blind-box', { prizes });
    const { id } = await paid();
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.ask(OPEN, { id }, diner)));
    assert.equal(new Set(answers.map(({ openBlindBox }) => openBlindBox.prize)).size, 1);
    assert.equal((await boxOf(id, diner)).prize, answers[0].openBlindBox.prize);
    await app.restaurant.set('blind-box', { prizes: PRIZES });
  });

  test('it is its diner’s: staff of the store may look, and nobody else may look or open', async () => {
    const { id } = await paid();
    const waiter = await app.restaurant.staff('waiter');
    const stranger = await app.restaurant.diner('somebody else');
    assert.equal((await boxOf(id, waiter)).state, 'READY');
    assert.equal(await refusal(open(id, waiter)), NOTHING);
    assert.equal(await boxOf(id, stranger), undefined);
    assert.equal(await refusal(open(id, stranger)), NOTHING);
    assert.equal(await boxOf(id), undefined);
    assert.equal(await refusal(open(id)), 'UNAUTHENTICATED');
    // The cook sees the order, and not what its diner wins.
    const cook = await app.restaurant.staff('cook');
    assert.equal(await boxOf(id, cook), null);
    assert.equal((await boxOf(id, diner)).state, 'READY');
  });

  test('that staff placed for a guest there is none, since nobody could open it', async () => {
    const waiter = await app.restaurant.staff('waiter');
    const { id } = await paid(waiter);
    assert.equal(await boxOf(id, waiter), null);
  });

  test('that is cancelled a closed box is gone', async () => {
    const { id } = await paid();
    await app.restaurant.cancel(diner, id);
    await app.settled();
    assert.equal(await boxOf(id, diner), null);
    assert.equal(await refusal(open(id, diner)), NOTHING);
  });
});

test('a manager sees at /metrics how many boxes were opened: each once, however often it was tapped', async () => {
  const opened = async () => {
    const figures = await (await fetch(`${app.url}/metrics`)).text();
    return Number(/^dinegraph_plugin_blind_box_boxes_opened_total (\d+)$/m.exec(figures)?.[1]);
  };
  const before = await opened();
  for (const { id } of [await paid(), await paid()])
    await Promise.all([open(id, diner), open(id, diner), open(id, diner), open(id)]);
  assert.equal(await opened(), before + 2);
});

describe('a store sets, while the product runs,', () => {
  test('what an order has to come to: below there is no box', async () => {
    const { id, total } = await paid();
    await app.restaurant.set('blind-box', { minimum: total + 1 });
    assert.equal(await boxOf(id, diner), null);
    assert.equal(await refusal(open(id, diner)), NOTHING);
    await app.restaurant.set('blind-box', { minimum: total });
    assert.equal((await boxOf(id, diner)).state, 'READY');
    await app.restaurant.set('blind-box', { minimum: 0 });
  });

  test('whether there are boxes at all; what was opened before stays', async () => {
    const [before, opened] = [await paid(), await paid()];
    await app.ask(OPEN, { id: opened.id }, diner);
    await app.restaurant.enable('blind-box', false);
    const meanwhile = await paid();
    assert.equal(await boxOf(meanwhile.id, diner), null);
    assert.equal(await refusal(open(before.id, diner)), NOTHING);
    assert.equal((await boxOf(opened.id, diner)).prize, 'Tea egg');
    await app.restaurant.enable('blind-box', true);
    assert.equal((await boxOf(before.id, diner)).state, 'READY');
    assert.equal(await boxOf(meanwhile.id, diner), null);
  });

  const refused: [string, Record<string, unknown>][] = [
    ['no prizes at all', { prizes: [] }],
    ['a prize that is never drawn', { prizes: [{ name: 'Tea egg', weight: 0 }] }],
    ['a prize by halves', { prizes: [{ name: 'Tea egg', weight: 0.5 }] }],
    ['a prize without a name', { prizes: [{ name: ' ', weight: 1 }] }],
    ['a name that fits on no screen', { prizes: [{ name: 'x'.repeat(41), weight: 1 }] }],
    ['a minimum below nothing', { minimum: -1 }],
  ];
  for (const [what, settings] of refused)
    test(`${what} is refused`, async () => {
      await assert.rejects(app.restaurant.set('blind-box', settings), { code: 'SETTING_NOT_VALID' });
    });
});

test('an order that there is not has no box to open', async () => {
  for (const id of ['', 'x'.repeat(300), "' or 1 = 1 --", crypto.randomUUID()])
    assert.equal(await refusal(open(id, diner)), NOTHING);
});

test('what is twice as heavy is drawn twice as often, and every number stands for a prize', () => {
  const prizes = [
    { name: 'egg', weight: 2 },
    { name: 'tea', weight: 1 },
  ];
  const drawn = [0, 1, 2].map((number) =>
    draw(prizes, (limit) => {
      assert.equal(limit, 3);
      return number;
    }),
  );
  assert.deepEqual(drawn, ['egg', 'egg', 'tea']);
  const many = Array.from({ length: 500 }, () => draw(prizes));
  assert.deepEqual(new Set(many), new Set(['egg', 'tea']));
});

test('the page may load nothing but its own files, and is the same for every order', async () => {
  const page = await fetch(`${app.url}/blind-box/some-order`);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  const html = await page.text();
  assert.doesNotMatch(html, /some-order|<script(?! type="module" src)|style=|onclick/);
  for (const [, path = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
    const file = await fetch(app.url + path);
    assert.equal(file.status, 200, path);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
  }
  assert.equal((await fetch(`${app.url}/blind-box/0/index.ts`)).status, 404);
});
