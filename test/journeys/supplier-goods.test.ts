import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { key } from '../shop.ts';
import { type Bakery, openBakery, type Told } from '../supplier-ubl.ts';

let bakery: Bakery;

beforeAll(async () => {
  bakery = await openBakery();
});
afterAll(async () => {
  await bakery?.[Symbol.asyncDispose]();
});
afterEach(() => bakery.mill.simulator.faults.clear());

const mill = () => bakery.mill.simulator.mill;
const documents = () => bakery.mill.simulator.documents.delivered;

/** An order that the mill has confirmed. */
async function confirmed(sacks: number, trays?: number): Promise<string> {
  const { id } = await bakery.order(sacks, trays);
  await mill().confirm(id);
  return id;
}

/** What came of each line: ordered, confirmed, shipped, received, billed, and what differs. */
const compared = ({ differences }: Told) =>
  differences.map(({ ordered, confirmed, shipped, received, billed, differs }: Told) => [
    ...[ordered, confirmed, shipped, received, billed],
    differs.join(' '),
  ]);

const decide = (field: 'approveInvoice' | 'disputeInvoice', invoiceId: string, note: string | null, who = bakery.hq) =>
  bakery.act(who, field, 'DecideInvoiceInput', { idempotencyKey: key(), invoiceId, note }, 'state note decidedBy');

describe('goods', () => {
  test('come in two lots of each line: counted, they are stock, and each lot can be traced', async () => {
    const [flour, eggs] = await bakery.levels();
    const id = await confirmed(4, 3);
    await mill().ship(id, { lots: 2 });
    const shipped = await bakery.seen(id);
    expect(shipped).toMatchObject({ state: 'SHIPPED', despatches: [{ receivedAt: null }] });
    expect(await bakery.levels()).toEqual([flour, eggs]);
    const received = await bakery.receive(id);
    expect(received.state).toBe('RECEIVED');
    expect(compared(received)).toEqual([
      [100_000, 100_000, 100_000, 100_000, null, ''],
      [90, 90, 90, 90, null, ''],
    ]);
    expect(await bakery.levels()).toEqual([flour + 100_000, eggs + 90]);
    const { lot } = received.despatches[0].lines[0];
    const query = `query ($storeId: ID!, $lot: String) { stockLots(storeId: $storeId, lot: $lot) {
      edges { node { lot bestBefore received supplier { name } stockItem { name } } } } }`;
    const { stockLots } = await bakery.app.ask(query, { storeId: bakery.shop.storeId, lot }, bakery.manager.token);
    expect(stockLots.edges).toMatchObject([
      {
        node: {
          lot,
          received: 50_000,
          supplier: { name: 'Flour mill' },
          stockItem: { name: 'Flour' },
          bestBefore: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        },
      },
    ]);
  });

  test('are sent short, and some are lost on the way: the order says where', async () => {
    const [flour] = await bakery.levels();
    const id = await confirmed(4);
    await mill().ship(id, { packs: { 1: 3 } });
    const [{ lines }] = (await bakery.seen(id)).despatches;
    const received = await bakery.receive(id, { [lines[0].lot]: 74_000 });
    expect(compared(received)).toEqual([[100_000, 100_000, 75_000, 74_000, null, 'SHIPPED RECEIVED']]);
    expect(await bakery.levels()).toEqual([flour + 74_000, expect.any(Number)]);
    // The rest is let go of.
    const close = { idempotencyKey: key(), purchaseOrderId: id };
    expect(await bakery.act(bakery.manager, 'closePurchaseOrder', 'PurchaseOrderInput', close, 'state')).toEqual({
      state: 'CLOSED',
    });
  });

  test('come in two documents: the order is under way again until the second is counted', async () => {
    const id = await confirmed(4);
    await mill().ship(id, { packs: { 1: 1 } });
    expect((await bakery.receive(id)).state).toBe('RECEIVED');
    await mill().ship(id);
    expect((await bakery.seen(id)).state).toBe('SHIPPED');
    const received = await bakery.receive(id);
    expect(received.state).toBe('RECEIVED');
    expect(compared(received)).toEqual([[100_000, 100_000, 100_000, 100_000, null, '']]);
  });

  test('are taken in once, however many count them at once', async () => {
    const [flour] = await bakery.levels();
    const id = await confirmed(1);
    await mill().ship(id);
    const [{ id: despatchId }] = (await bakery.seen(id)).despatches;
    const count = (idempotencyKey: string) =>
      bakery.act(bakery.manager, 'receiveGoods', 'ReceiveGoodsInput', { idempotencyKey, despatchId }, 'state');
    const once = key();
    const answers = await Promise.all([count(once), count(once), count(key()), count(key())]);
    expect(answers.filter((answer) => answer.state === 'RECEIVED').length).toBeGreaterThanOrEqual(1);
    expect(answers).toContain('DESPATCH_RECEIVED');
    expect(await bakery.levels()).toEqual([flour + 25_000, expect.any(Number)]);
  });
});

describe('an invoice', () => {
  test('for what was ordered and received at its price is approved by itself, and the order is closed', async () => {
    const id = await confirmed(4, 2);
    await mill().ship(id, { lots: 2 });
    await bakery.receive(id);
    await mill().bill(id);
    const closed = await bakery.seen(id);
    const net = 4 * 12_800 + 2 * 2_450;
    const tax = Math.round(net * 0.09);
    expect(closed).toMatchObject({
      state: 'CLOSED',
      invoices: [{ net, tax, total: net + tax, state: 'APPROVED', decidedBy: 'match', differences: [] }],
    });
    expect(compared(closed).map((line: unknown[]) => line.at(-1))).toEqual(['', '']);
  });

  test('that comes before the goods waits for them, and is approved when they are counted', async () => {
    const id = await confirmed(2);
    await mill().ship(id);
    await mill().bill(id);
    expect((await bakery.seen(id)).invoices).toMatchObject([
      { state: 'WAITING', differences: [{ line: 1, kind: 'NOT_RECEIVED', expected: 0, billed: 50_000 }] },
    ]);
    expect(await bakery.receive(id)).toMatchObject({ state: 'CLOSED', invoices: [{ state: 'APPROVED' }] });
  });

  test('that is dearer waits for headquarters, who have it paid; the manager may not', async () => {
    const id = await confirmed(2);
    await mill().ship(id);
    await bakery.receive(id);
    await mill().bill(id, { dearer: 50 });
    const [waiting] = (await bakery.seen(id)).invoices;
    expect(waiting).toMatchObject({
      state: 'WAITING',
      differences: [{ line: 1, kind: 'PRICE', expected: 12_800, billed: 12_850 }],
    });
    expect(compared(await bakery.seen(id))).toEqual([[50_000, 50_000, 50_000, 50_000, 50_000, 'PRICE']]);
    expect(await decide('approveInvoice', waiting.id, null, bakery.manager)).toBe('FORBIDDEN');
    expect(await decide('approveInvoice', waiting.id, 'Agreed by telephone')).toMatchObject({
      state: 'APPROVED',
      note: 'Agreed by telephone',
      decidedBy: `staff:${bakery.hq.id}`,
    });
    expect(await decide('disputeInvoice', waiting.id, 'Too late')).toBe('INVOICE_DECIDED');
    expect((await bakery.seen(id)).state).toBe('CLOSED');
  });

  test('for more than came is disputed, and the one that the mill sends in its place is approved', async () => {
    const id = await confirmed(2);
    await mill().ship(id, { packs: { 1: 1 } });
    await bakery.receive(id);
    await mill().bill(id, { packs: { 1: 2 } });
    const [wrong] = (await bakery.seen(id)).invoices;
    expect(wrong.differences).toEqual([{ line: 1, kind: 'NOT_RECEIVED', expected: 25_000, billed: 50_000 }]);
    expect(await decide('disputeInvoice', wrong.id, null)).toBe('BAD_INPUT');
    expect(await decide('disputeInvoice', wrong.id, 'One sack came')).toMatchObject({ state: 'DISPUTED' });
    await mill().bill(id, { packs: { 1: 1 } });
    const seen = await bakery.seen(id);
    expect(seen.invoices.map(({ state }: Told) => state)).toEqual(['DISPUTED', 'APPROVED']);
    expect(compared(seen)).toEqual([[50_000, 50_000, 25_000, 25_000, 25_000, 'SHIPPED']]);
  });

  test('sent again under another number for the same goods is not approved a second time', async () => {
    const id = await confirmed(1);
    await mill().ship(id);
    await bakery.receive(id);
    await mill().bill(id);
    await mill().bill(id, { packs: { 1: 1 } });
    const { invoices } = await bakery.seen(id);
    expect(invoices.map(({ state }: Told) => state)).toEqual(['APPROVED', 'WAITING']);
    expect(invoices[1].differences.map(({ kind }: Told) => kind)).toEqual(['NOT_ORDERED', 'NOT_RECEIVED']);
  });
});

describe('documents', () => {
  test('that come three times each, and one before the other, do once what they do in order', async () => {
    const { faults } = bakery.mill.simulator;
    const [flour] = await bakery.levels();
    const { id } = await bakery.order(4);
    const before = documents().length;
    // The response is held back until the delivery has been told of.
    faults.documents.add('reorder');
    await mill().confirm(id);
    faults.documents.add('duplicate', '', 2);
    await mill().ship(id, { lots: 2 });
    expect(await bakery.seen(id)).toMatchObject({ state: 'SHIPPED', differences: [{ confirmed: 100_000 }] });
    faults.documents.add('duplicate');
    await mill().bill(id);
    expect(
      documents()
        .slice(before)
        .map(({ status }) => status),
    ).toEqual(Array(9).fill(200));
    const received = await bakery.receive(id);
    expect(received).toMatchObject({ state: 'CLOSED', invoices: [{ state: 'APPROVED' }] });
    expect(received.despatches).toHaveLength(1);
    expect(await bakery.levels()).toEqual([flour + 100_000, expect.any(Number)]);
  });

  test('that were lost are sent again until they are taken', async () => {
    const { faults, documents } = bakery.mill.simulator;
    const { id } = await bakery.order(1);
    faults.documents.add('lost', '', 2);
    await mill().confirm(id);
    expect((await bakery.seen(id)).state).toBe('SENT');
    for (const seconds of [6, 31]) {
      bakery.clock.advance(seconds * 1_000);
      await documents.look();
    }
    expect((await bakery.seen(id)).state).toBe('CONFIRMED');
  });
});
