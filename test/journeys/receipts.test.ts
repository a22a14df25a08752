import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, type House, part, startKitchen } from '../kitchen.ts';
import { type Person, staff } from '../people.ts';

let house: House;
let cook: Person;
let waiter: Person;

beforeAll(async () => {
  house = await startKitchen();
  cook = await staff(house.app, house.hq, 'COOK', [house.storeId]);
  waiter = await staff(house.app, house.hq, 'WAITER', [house.storeId]);
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

describe('Receipts and slips', () => {
  test('a paid order has one receipt, and a slip for each of its tickets', async () => {
    const store = await house.newStore();
    await house.station(store, 'Bar', { categoryIds: ['drinks'] });
    const orderId = await house.paid(
      store,
      [
        { name: 'Beef noodles', quantity: 2, total: 5600, modifiers: ['extra egg'] },
        { name: 'Tea', total: 800, parts: [part('Tea', 'drinks')] },
        { name: 'Delivery', specName: '', total: 500, parts: [] },
      ],
      { discount: 600, tax: 362, paidAt: Date.UTC(2026, 10, 22, 4, 30) },
    );
    const prints = await house.printsOf(store, orderId);
    expect(prints.map(({ kind }) => kind)).toEqual(['KITCHEN_SLIP', 'KITCHEN_SLIP', 'RECEIPT']);
    expect(prints.filter(({ content }) => content.includes('1 x Tea'))).toHaveLength(2);
    expect(prints[2]?.content.split('\n')).toEqual(
      expect.arrayContaining([
        '^^^Noodle House',
        'Dine in Table A1',
        '2026-11-22 12:30',
        '2 x Beef noodles (regular) | 56.00',
        '~~extra egg | ',
        '1 x Tea (regular) | 8.00',
        '1 x Delivery | 5.00',
        '^^Total | ^^CNY 69.00',
        'Tax included | 3.62',
        'You saved | 6.00',
        'Paid by | cash',
      ]),
    );
  });

  test('what a diner writes in a note is printed as written and does nothing to the paper', async () => {
    const store = await house.newStore();
    const note = '=|"^{image:x}\n===\u2028`a_b~c\\d';
    const orderId = await house.paid(store, [{ name: '--- | {code:1}', note }], { note });
    const written = '\\=\\|\\"\\^\\{image:x\\} === \\`a\\_b\\~c\\\\d';
    for (const { content } of await house.printsOf(store, orderId)) {
      const lines: string[] = content.split('\n');
      expect(lines.filter((line) => line.includes(written))).toHaveLength(2);
      expect(lines.filter((line) => line.includes('--- \\| \\{code:1\\}'))).toHaveLength(1);
      expect(lines.filter((line) => line === '=')).toHaveLength(1);
      expect(lines.at(-1)).toBe('=');
    }
  });

  test('what has no shape, and turns letters around or joins them, is not printed', async () => {
    const store = await house.newStore();
    const note = 'no\u200b \u202enuts\u2066\u00ad\ufeff \u2764\ufe0f \u{1f468}\u200d\u{1f373}';
    const orderId = await house.paid(store, [{ note }], { note });
    for (const { content } of await house.printsOf(store, orderId))
      expect(content.match(/no nuts \u2764 \u{1f468}\u{1f373}/gu)).toHaveLength(2);
  });

  test('the store’s staff may read them, page by page, newest first; a cook may not', async () => {
    const store = await house.newStore();
    for (let order = 0; order < 3; order++) await house.paid(store, [{}]);
    const PRINTS = `query ($storeId: ID!, $after: String) {
      printJobs(storeId: $storeId, first: 4, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await house.app.ask(PRINTS, { storeId: store }, house.hq.token)).printJobs;
    const rest = (await house.app.ask(PRINTS, { storeId: store, after: first.pageInfo.endCursor }, house.hq.token))
      .printJobs;
    const ids = [...first.edges, ...rest.edges].map(({ node }) => node.id);
    expect(ids).toHaveLength(6);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect((await house.app.graph(PRINTS, { storeId: house.storeId }, waiter.token)).errors).toBeUndefined();
    expect(codeOf(await house.app.graph(PRINTS, { storeId: house.storeId }, cook.token))).toBe('FORBIDDEN');
  });

  test('what a plug-in refers to is shown to whom the store’s own lists would show it', async () => {
    const store = await house.newStore();
    const { id: stationId } = await house.station(store, 'Bar', { categoryIds: ['drinks'] });
    const [job] = await house.printsOf(store, await house.paid(store, [{}]));
    const executor = house.app.subgraph('devices');
    const refer = async (__typename: string, id: string, scope: string, storeId = store) => {
      const { data } = await executor.execute({
        query:
          'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Station { id } ... on PrintJob { id } } }',
        variables: { of: [{ __typename, id }] },
        identity: { kind: 'staff', id: 's', scopes: [scope], stores: [storeId] },
      });
      return (data as { _entities: object[] })._entities[0];
    };
    expect(await refer('Station', stationId, 'kitchen:read')).toEqual({ id: stationId });
    for (const scope of ['orders:read', 'devices:manage'])
      expect(await refer('PrintJob', job!.id, scope)).toEqual({ id: job!.id });
    expect(await refer('Station', stationId, 'kitchen:read', house.storeId)).toBeNull();
    expect(await refer('PrintJob', job!.id, 'orders:read', house.storeId)).toBeNull();
    expect(await refer('PrintJob', job!.id, 'kitchen:read')).toBeNull();
  });

  test('where the slip may hang in the kitchen already, another says that the order was cancelled', async () => {
    const store = await house.newStore();
    const orderId = await house.paid(store, [{}]);
    await house.app.sql('devices', "update print_job set state = 'PRINTED' where order_id = ?", [orderId]);
    await house.till.cancel(store, orderId);
    await house.app.settled();
    const [newest, ...older] = await house.printsOf(store, orderId);
    expect(newest).toMatchObject({
      kind: 'KITCHEN_SLIP',
      state: 'QUEUED',
      content: expect.stringContaining('CANCELLED'),
    });
    expect(older).toHaveLength(2);
  });

  test('of a delivery platform’s order each shows, large, the number that its couriers ask for', async () => {
    const store = await house.newStore();
    const delivery = { platform: 'lunch-box', dayNumber: 12 };
    const orderId = await house.paid(store, [{}], { delivery, channel: 'DELIVERY', tableName: null });
    await house.app.sql('devices', "update print_job set state = 'PRINTED' where order_id = ?", [orderId]);
    await house.till.cancel(store, orderId);
    await house.app.settled();
    const prints = await house.printsOf(store, orderId);
    expect(prints).toHaveLength(3);
    for (const { content } of prints) expect(content.split('\n')).toContain('^^^lunch-box #12');

    const unnumbered = await house.paid(store, [{}], { delivery: { ...delivery, dayNumber: null } });
    // Paid while the product was of a version that did not say it.
    const before = await house.paid(store, [{}], { delivery: undefined as unknown as null });
    for (const id of [unnumbered, before])
      for (const { content } of await house.printsOf(store, id)) expect(content).not.toContain('#');
  });

  test('a chain may have its prints in Chinese', async () => {
    await using house = await startKitchen({ environment: { DEVICES_PRINT_LANGUAGE: 'zh' } });
    const orderId = await house.paid(house.storeId, [{ name: '牛肉面' }]);
    for (const { content } of await house.printsOf(house.storeId, orderId)) {
      expect(content).toContain('^^^取餐号 1');
      expect(content).toContain('1 x 牛肉面');
    }
  });
});
