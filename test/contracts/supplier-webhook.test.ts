import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { newSecret, signed } from '../../plugins/supplier-ubl/simulator/signing.ts';
import type { MillOrder } from '../../plugins/supplier-ubl/simulator/world.ts';
import { despatchAdvice, invoice, orderResponse } from '../../plugins/supplier-ubl/simulator/writing.ts';
import { key, write } from '../shop.ts';
import { type Bakery, openBakery } from '../supplier-ubl.ts';

/** Another supplier of the chain, with secrets of its own. */
const rival = { endpoint: 'http://127.0.0.1:9/orders', ours: [newSecret()], theirs: [newSecret()] };

let bakery: Bakery;
/** An order that the mill has, as it stands in its books, and one that was never sent. */
let order: MillOrder;
let draft: MillOrder;

beforeAll(async () => {
  bakery = await openBakery({ accounts: { rival } });
  const { id } = await bakery.order(4);
  order = bakery.mill.simulator.mill.order(id);
  draft = { ...order, id: (await bakery.draft(1)).id };
  const input = { idempotencyKey: key(), name: 'Rival', provider: 'ubl', account: 'rival', currency: 'CNY' };
  await write(bakery.app, bakery.hq, 'createSupplier', 'CreateSupplierInput', input, 'id');
});
afterAll(async () => {
  await bakery?.[Symbol.asyncDispose]();
});

const now = () => bakery.clock.now();
const head = () => ({ number: `T-${randomUUID()}`, at: now() });
const bill = (of: MillOrder = order) =>
  invoice(
    head(),
    of,
    of.lines.map((line) => ({ line, packs: 1 })),
  );
const secret = () => bakery.mill.simulator.account.theirs[0] ?? '';
const headersFor = (body: string, { by = secret(), id = randomUUID() as string, at = now() } = {}) =>
  signed(by, id, at, body);

async function post(body: string | Buffer<ArrayBuffer>, headers: Record<string, string>, to = 'flour-mill') {
  const answer = await fetch(`${bakery.app.url}/webhooks/supplier-ubl/${to}`, {
    method: 'POST',
    headers: { 'content-type': 'application/xml', ...headers },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
const send = (body: string, options?: Parameters<typeof headersFor>[1], to?: string) =>
  post(body, headersFor(body, options), to);

/** Everything that a document could change but for that it came. */
async function everything(): Promise<unknown> {
  const tables = ['purchase_order', 'purchase_line', 'despatch', 'despatch_line', 'supplier_invoice', 'stock_item'];
  return Promise.all(tables.map((table) => bakery.app.sql('inventory', `select * from ${table}`)));
}

describe('is refused, and changes nothing:', () => {
  type Send = () => Promise<{ status: number; body: Record<string, unknown> }>;
  const lines = () => order.lines;
  test.each<[what: string, status: number, code: string, send: Send]>([
    ['what is not signed', 401, 'UNSIGNED', () => post(bill(), {})],
    ['what a stranger has signed', 401, 'FORGED', () => send(bill(), { by: newSecret() })],
    ['what another supplier has signed', 401, 'FORGED', () => send(bill(), { by: rival.theirs[0] ?? '' })],
    [
      'what is signed with the secret that is ours',
      401,
      'FORGED',
      () => send(bill(), { by: bakery.mill.simulator.account.ours[0] ?? '' }),
    ],
    [
      'what was altered on its way',
      401,
      'FORGED',
      () => {
        const body = bill();
        return post(body.replace('128.00', '228.00'), headersFor(body));
      },
    ],
    ['what is older than five minutes', 401, 'STALE', () => send(bill(), { at: now() - 5 * MINUTE - SECOND })],
    ['what comes from the future', 401, 'STALE', () => send(bill(), { at: now() + 5 * MINUTE + 2 * SECOND })],
    ['what comes for nobody', 404, 'UNKNOWN_SUPPLIER', () => send(bill(), {}, 'nobody')],
    ['what comes for a thing that every object has', 404, 'UNKNOWN_SUPPLIER', () => send(bill(), {}, 'constructor')],
    [
      'a form',
      415,
      'NOT_XML',
      () => {
        const body = bill();
        return post(body, { ...headersFor(body), 'content-type': 'application/x-www-form-urlencoded' });
      },
    ],
    [
      'XML in GBK',
      415,
      'NOT_XML',
      () => {
        const body = bill();
        return post(body, { ...headersFor(body), 'content-type': 'application/xml; charset=GBK' });
      },
    ],
    ['XML 1.1', 400, 'NOT_XML', () => send(bill().replace('version="1.0"', 'version="1.1"'))],
    ['10 MB', 413, 'TOO_LARGE', () => send(`<a>${'x'.repeat(10_000_000)}</a>`)],
    ['10,000 levels', 422, 'TOO_DEEP', () => send('<a>'.repeat(10_000))],
    ['a document type', 422, 'DOCTYPE', () => send(`<!DOCTYPE Invoice>${bill().slice(38)}`)],
    ['what is not XML', 400, 'NOT_XML', () => send('{"number":1}')],
    [
      'an Order',
      422,
      'WRONG_DOCUMENT',
      () => send('<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'),
    ],
    [
      'what is not as UBL has it',
      422,
      'INVALID_DOCUMENT',
      () => send(bill().replace(/<cbc:IssueDate>.*?<\/cbc:IssueDate>/, '')),
    ],
    ['an order that does not exist', 404, 'PURCHASE_ORDER_NOT_FOUND', () => send(bill({ ...order, id: randomUUID() }))],
    [
      'an order of another supplier',
      404,
      'PURCHASE_ORDER_NOT_FOUND',
      () => send(bill(), { by: rival.theirs[0] ?? '' }, 'rival'),
    ],
    ['an order that was never sent', 409, 'PURCHASE_ORDER_STATE', () => send(bill(draft))],
    [
      'a product that was not ordered',
      422,
      'PURCHASE_LINE_NOT_FOUND',
      () => send(bill({ ...order, lines: lines().map((line) => ({ ...line, code: 'GOLD-1' })) })),
    ],
    [
      'a product that takes the place of another',
      422,
      'PURCHASE_LINE_NOT_FOUND',
      () => {
        const parts = lines().map((line) => ({ line: { ...line, code: 'GOLD-1' }, packs: 1 }));
        return send(orderResponse(head(), order, 'CA', parts));
      },
    ],
    [
      'a line that was not ordered',
      422,
      'PURCHASE_LINE_NOT_FOUND',
      () => send(bill({ ...order, lines: lines().map((line) => ({ ...line, line: 9 })) })),
    ],
    ['another currency', 422, 'CURRENCY_MISMATCH', () => send(bill({ ...order, currency: 'USD' }))],
    [
      'flour by the litre',
      422,
      'BAD_INPUT',
      () =>
        send(
          despatchAdvice(
            head(),
            order,
            lines().map((line) => ({ line, packs: 1, lot: 'L', bestBefore: '2027-01-01' })),
          ).replace('KGM', 'LTR'),
        ),
    ],
    [
      'what was written tomorrow',
      422,
      'BAD_INPUT',
      () => send(orderResponse({ ...head(), at: now() + 2 * 24 * 60 * MINUTE }, order, 'AP', [])),
    ],
  ])('%s', async (_, status, code, attempt) => {
    const before = await everything();
    const answer = await attempt();
    expect(answer).toMatchObject({ status, body: { code, message: expect.any(String) } });
    expect(await everything()).toEqual(before);
  });
});

test('the same message word for word is a replay; signed anew it is the same document sent again', async () => {
  const body = orderResponse(head(), order, 'AP', []);
  const id = randomUUID();
  expect(await send(body, { id })).toMatchObject({ status: 200, body: { outcome: 'TAKEN' } });
  const after = await everything();
  expect(await send(body, { id })).toMatchObject({ status: 409, body: { code: 'REPLAYED' } });
  expect(await send(body, { id, at: now() + SECOND })).toMatchObject({ status: 200 });
  expect(await send(body)).toMatchObject({ status: 200 });
  expect(await send(orderResponse(head(), order, 'RE', []), { id, at: now() + 2 * SECOND })).toMatchObject({
    status: 409,
    body: { code: 'REPLAYED' },
  });
  expect(await everything()).toEqual(after);
});

test('a number that has said something says nothing else', async () => {
  const own = head();
  const part = (packs: number) => order.lines.map((line) => ({ line, packs }));
  expect((await send(orderResponse(own, order, 'CA', part(3)))).status).toBe(200);
  expect(await send(orderResponse(own, order, 'CA', part(2)))).toMatchObject({
    status: 409,
    body: { code: 'DOCUMENT_CHANGED' },
  });
});

test('of two answers the one that was written last counts, whichever comes first', async () => {
  const { id } = await bakery.order(2);
  const own = bakery.mill.simulator.mill.order(id);
  const part = (packs: number) => own.lines.map((line) => ({ line, packs }));
  const [first, second] = [{ ...head(), at: now() - 2 * SECOND }, head()];
  expect((await send(orderResponse(second, own, 'CA', part(1)))).status).toBe(200);
  expect((await send(orderResponse(first, own, 'AP', []))).status).toBe(200);
  expect(await bakery.seen(id)).toMatchObject({ state: 'PARTLY', differences: [{ confirmed: 25_000 }] });
});

test('a document that was written down when the power went is told of afterwards', async () => {
  const { id } = await bakery.order(1);
  const own = bakery.mill.simulator.mill.order(id);
  const raw = orderResponse(head(), own, 'AP', []);
  const row = [
    randomUUID(),
    'flour-mill',
    'OrderResponse',
    'T-kept',
    randomUUID(),
    raw,
    'KEPT',
    now(),
    now() + 30 * SECOND,
  ];
  const columns = 'id, account, type, number, digest, raw, state, at, due_at';
  await bakery.app.sql('supplier-ubl', `insert into ubl_document (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`, row);
  await bakery.app.runJob('supplier-ubl.tellInventory');
  expect((await bakery.seen(id)).state).toBe('SENT');
  bakery.clock.advance(31 * SECOND);
  await bakery.app.runJob('supplier-ubl.tellInventory');
  expect((await bakery.seen(id)).state).toBe('CONFIRMED');
});

test('messages are forgotten when nobody would believe them any more', async () => {
  expect((await send(orderResponse(head(), order, 'AB', []))).status).toBe(200);
  const messages = () => bakery.app.sql('supplier-ubl', 'select id from ubl_message');
  await bakery.app.runJob('supplier-ubl.tellInventory');
  expect(await messages()).not.toEqual([]);
  bakery.clock.advance(61 * MINUTE);
  await bakery.app.runJob('supplier-ubl.tellInventory');
  expect(await messages()).toEqual([]);
});

test('every document stays as it came, also one that was refused, with the reason', async () => {
  const body = bill({ ...order, currency: 'USD' });
  await send(body);
  const kept = await bakery.app.sql('supplier-ubl', 'select state, reason, raw from ubl_document where raw = ?', [
    body,
  ]);
  expect(kept).toEqual([{ state: 'REFUSED', reason: expect.stringMatching(/^CURRENCY_MISMATCH/), raw: body }]);
});
