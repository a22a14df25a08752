import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { demoPeople } from '../../cli/demo/people.ts';
import { ensureDemo } from '../../cli/demo/seed.ts';
import { modules } from '../../cli/modules.ts';
import { newWebhookSecret } from '../../kernel/webhook-signature.ts';
import { type App, startApp } from '../app.ts';
import { headquarters, signInStaff, staff } from '../people.ts';
import { key, openShop, write } from '../shop.ts';
import type { Told } from '../supplier-ubl.ts';

const PAGE = '/supplier-ubl/simulator';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Where the simulator believes the product to be, before that has its port. */
const front = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).filter(([name]) => /^(content-type|webhook-)/.test(name));
  const answer = await fetch(`${app.url}${request.url}`, {
    method: 'POST',
    headers: headers as [string, string][],
    body: Buffer.concat(chunks),
  });
  response.writeHead(answer.status).end(await answer.text());
});
let app: App;

beforeAll(async () => {
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  app = await startApp({ environment: { SUPPLIER_UBL_PUBLIC_URL: `http://127.0.0.1:${port}` } });
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await new Promise((resolve) => front.close(resolve));
});

const page = async (headers: HeadersInit) => (await fetch(`${app.url}${PAGE}`, { headers })).text();
const press = (body: string) => fetch(`${app.url}${PAGE}`, { method: 'POST', headers: FORM, body, redirect: 'manual' });

test('a person buys flour of the demonstration’s mill, and is the mill: ordered, confirmed, shipped, counted, billed', async () => {
  const { storeId } = await ensureDemo(app.product, undefined);
  const { name, pin } = demoPeople.manager;
  const who = await signInStaff(app, name, pin);
  const { token } = who;
  const products = `query ($storeId: ID!) { supplierProducts(storeId: $storeId) {
    edges { node { id code packQuantity supplier { id name account } } } } }`;
  const { supplierProducts } = await app.ask(products, { storeId }, token);
  const flour = supplierProducts.edges.map(({ node }: Told) => node).find(({ code }: Told) => code === 'FLOUR-25');
  const lines = [{ productId: flour.id, packs: 2 }];
  const draft = { idempotencyKey: key(), storeId, supplierId: flour.supplier.id, lines };
  const { id } = await write(app, who, 'draftPurchaseOrder', 'DraftPurchaseOrderInput', draft, 'id');
  const sent = { idempotencyKey: key(), purchaseOrderId: id };
  const state = 'state despatches { id } invoices { state total } differences { ordered received billed differs }';
  expect(await write(app, who, 'sendPurchaseOrder', 'PurchaseOrderInput', sent, state)).toMatchObject({
    state: 'SENT',
  });

  expect(await page({ 'accept-language': 'zh-CN' })).toContain('面粉厂（模拟）');
  const html = await page({ 'accept-language': 'en' });
  expect(html).toContain(`name="order" value="${id}"`);
  const seen = async () =>
    (await app.ask(`query ($id: ID!) { purchaseOrder(id: $id) { ${state} } }`, { id }, token)).purchaseOrder;
  for (const [act, expected] of [
    ['confirm', 'CONFIRMED'],
    ['ship', 'SHIPPED'],
  ]) {
    expect((await press(`order=${id}&act=${act}`)).status).toBe(303);
    expect((await seen()).state).toBe(expected);
  }
  const [{ id: despatchId }] = (await seen()).despatches;
  await write(app, who, 'receiveGoods', 'ReceiveGoodsInput', { idempotencyKey: key(), despatchId }, 'id');
  await press(`order=${id}&act=bill`);
  expect(await seen()).toMatchObject({
    state: 'CLOSED',
    invoices: [{ state: 'APPROVED', total: Math.round(2 * 12_800 * 1.09) }],
    differences: [{ ordered: 50_000, received: 50_000, billed: 50_000, differs: [] }],
  });
});

describe('who may buy', () => {
  test('is the store’s manager: others see nothing of it, and change nothing', async () => {
    const hq = await headquarters(app);
    const [shop, other] = [await openShop(app, hq), await openShop(app, hq)];
    const [manager, stranger] = [
      await staff(app, hq, 'MANAGER', [shop.storeId]),
      await staff(app, hq, 'MANAGER', [other.storeId]),
    ];
    const waiter = await staff(app, hq, 'WAITER', [shop.storeId]);
    const { storeId } = shop;
    const keep = { idempotencyKey: key(), storeId, name: 'Rye', unit: 'GRAM' };
    const { id: stockItemId } = await write(app, manager, 'createStockItem', 'CreateStockItemInput', keep, 'id');
    const { suppliers } = await app.ask('{ suppliers { edges { node { id } } } }', {}, manager.token);
    const supplierId = suppliers.edges[0].node.id;
    const product = { supplierId, stockItemId, code: 'RYE', name: 'Rye', packQuantity: 1_000, price: 900 };
    const code = async (query: string, variables: object, token?: string) =>
      (await app.graph(query, variables as Record<string, unknown>, token)).errors?.[0]?.extensions.code ?? null;
    const set = 'mutation ($input: SetSupplierProductInput!) { setSupplierProduct(input: $input) { id } }';
    expect(await code(set, { input: product }, stranger.token)).toBe('FORBIDDEN');
    const { id: productId } = await write(app, manager, 'setSupplierProduct', 'SetSupplierProductInput', product, 'id');
    const order = { idempotencyKey: key(), storeId, supplierId, lines: [{ productId, packs: 1 }] };
    const draft = 'mutation ($input: DraftPurchaseOrderInput!) { draftPurchaseOrder(input: $input) { id } }';
    for (const [token, refused] of [
      [undefined, 'UNAUTHENTICATED'],
      [waiter.token, 'FORBIDDEN'],
      [stranger.token, 'FORBIDDEN'],
    ] as const)
      expect(await code(draft, { input: order }, token)).toBe(refused);
    // What is sold to one store is not sold to another.
    const elsewhere = { ...order, storeId: other.storeId };
    expect(await code(draft, { input: elsewhere }, stranger.token)).toBe('SUPPLIER_PRODUCT_NOT_FOUND');
    const { id } = await write(app, manager, 'draftPurchaseOrder', 'DraftPurchaseOrderInput', order, 'id');
    const look = 'query ($id: ID!) { purchaseOrder(id: $id) { id } }';
    for (const { token } of [waiter, stranger])
      expect(await code(look, { id }, token)).toBe('PURCHASE_ORDER_NOT_FOUND');
    expect(await code(look, { id })).toBe('UNAUTHENTICATED');
    const send = 'mutation ($input: PurchaseOrderInput!) { sendPurchaseOrder(input: $input) { id } }';
    const sent = { idempotencyKey: key(), purchaseOrderId: id };
    expect(await code(send, { input: sent }, stranger.token)).toBe('PURCHASE_ORDER_NOT_FOUND');
    const list = 'query ($storeId: ID!) { purchaseOrders(storeId: $storeId) { edges { node { id } } } }';
    expect(await code(list, { storeId }, stranger.token)).toBe('FORBIDDEN');
    const { purchaseOrders } = await app.ask(list, { storeId }, manager.token);
    expect(purchaseOrders.edges).toEqual([{ node: { id } }]);
    const supplier = { idempotencyKey: key(), name: 'X', provider: 'ubl', account: 'nobody', currency: 'CNY' };
    const create = 'mutation ($input: CreateSupplierInput!) { createSupplier(input: $input) { id } }';
    expect(await code(create, { input: supplier }, manager.token)).toBe('FORBIDDEN');
    expect(await code(create, { input: supplier }, hq.token)).toBe('SUPPLIER_UNREACHABLE');
  });
});

test('where nothing is configured, as in production at first, nobody is listened to and nothing can be ordered', async () => {
  await using bare = await startApp({ environment: { SUPPLIER_UBL_SIMULATOR: 'false' } });
  const hq = await headquarters(bare);
  for (const place of ['/webhooks/supplier-ubl/flour-mill', PAGE])
    expect((await fetch(`${bare.url}${place}`, { method: 'POST', body: '<a/>' })).status).toBe(404);
  const input = { idempotencyKey: key(), name: 'X', provider: 'ubl', account: 'flour-mill', currency: 'CNY' };
  const create = 'mutation ($input: CreateSupplierInput!) { createSupplier(input: $input) { id } }';
  const { errors } = await bare.graph(create, { input }, hq.token);
  expect(errors?.[0]?.extensions.code).toBe('SUPPLIER_UNREACHABLE');
});

const account = (changes: object) =>
  JSON.stringify({
    mill: {
      endpoint: 'https://mill.example/orders',
      ours: [newWebhookSecret()],
      theirs: [newWebhookSecret()],
      ...changes,
    },
  });

test.each<[what: string, suppliers: string, line: RegExp]>([
  ['neither JSON nor a file', 'mill', /expected JSON, or a file of JSON/],
  ['an address without TLS', account({ endpoint: 'http://mill.example/orders' }), /mill\.endpoint: expected https/],
  ['a secret that is none', account({ theirs: ['hunter2'] }), /mill\.theirs\.0: expected whsec_/],
  ['no secret', account({ ours: [] }), /mill\.ours/],
])(
  'half a configuration (%s) leaves the plug-in out, with a line that names it and no secret',
  async (_, suppliers, line) => {
    const needed = modules.filter(({ name }) => ['members', 'menu', 'inventory', 'supplier-ubl'].includes(name));
    await using bare = await startApp({ modules: needed, environment: { SUPPLIER_UBL_SUPPLIERS: suppliers } });
    const why = String(bare.product.running.refused.get('supplier-ubl'));
    expect(why).toMatch(line);
    expect(why).toContain('SUPPLIER_UBL_SUPPLIERS');
    expect(why).not.toContain('hunter2');
  },
);
