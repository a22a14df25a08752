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
const faults = () => bakery.mill.simulator.faults;
const ordersThere = (id: string) => bakery.mill.simulator.world.orders.filter((order) => order.id === id);

describe('an order', () => {
  test('is drafted at the prices of the moment, sent, and confirmed by the mill', async () => {
    const draft = await bakery.draft(4, 2, { note: 'Back door, <ring> & wait', deliverOn: '2026-12-01' });
    expect(draft).toMatchObject({ state: 'DRAFT', total: 4 * 12_800 + 2 * 2_450, currency: 'CNY', orderedAt: null });
    expect(ordersThere(draft.id)).toEqual([]);
    expect(await bakery.send(draft.id)).toMatchObject({ state: 'SENT', reference: expect.stringMatching(/^SO-/) });
    expect(mill().order(draft.id)).toMatchObject({
      currency: 'CNY',
      lines: [
        { line: 1, code: 'FLOUR-25', packs: 4, pack: 25_000, unit: 'GRM', price: 12_800 },
        { line: 2, code: 'EGG-30', packs: 2, pack: 30, unit: 'C62', price: 2_450 },
      ],
    });
    await mill().confirm(draft.id);
    expect(await bakery.seen(draft.id)).toMatchObject({
      state: 'CONFIRMED',
      differences: [
        { line: 1, ordered: 100_000, confirmed: 100_000, shipped: null, received: null, billed: null, differs: [] },
        { line: 2, ordered: 60, confirmed: 60, differs: [] },
      ],
    });
  });

  test('of which the mill has less, or nothing of a line, says why; one that it refuses has come to its end', async () => {
    const { id } = await bakery.order(4, 2);
    await mill().confirm(id, { 1: 3, 2: 0 }, 'Out of eggs');
    expect(await bakery.seen(id)).toMatchObject({
      state: 'PARTLY',
      lines: [{ reason: 'Out of eggs' }, { reason: 'Out of eggs' }],
      differences: [
        { ordered: 100_000, confirmed: 75_000, differs: ['CONFIRMED'] },
        { ordered: 60, confirmed: 0, differs: ['CONFIRMED'] },
      ],
    });
    const refused = await bakery.order(1);
    await mill().refuse(refused.id, 'No flour until May');
    expect(await bakery.seen(refused.id)).toMatchObject({ state: 'REFUSED', reason: 'No flour until May' });
  });

  test('is sent once, however often the button is pressed, and with one key it stays one press', async () => {
    const { id } = await bakery.draft(1);
    const once = key();
    const answers = await Promise.all([bakery.send(id, once), bakery.send(id, once), bakery.send(id, once)]);
    expect(answers.map(({ id: sent }) => sent)).toEqual([id, id, id]);
    expect(await bakery.send(id)).toBe('PURCHASE_ORDER_STATE');
    expect(ordersThere(id)).toHaveLength(1);
  });

  test.each(['hang', 'error', 'hang-after', 'lost-reply', 'error-after'] as const)(
    'of which nobody knows whether the mill has it (%s) is sent again under its number, and is there once',
    async (fault) => {
      faults().orders.add(fault);
      const { id } = await bakery.draft(2);
      expect(await bakery.send(id)).toMatchObject({ state: 'SENDING', reference: null });
      await bakery.resend();
      expect(await bakery.seen(id)).toMatchObject({ state: 'SENT', reference: expect.stringMatching(/^SO-/) });
      expect(ordersThere(id)).toHaveLength(1);
    },
  );

  test('whose taking was never heard of is confirmed all the same, when the mill says so', async () => {
    faults().orders.add('lost-reply');
    const { id } = await bakery.order(2);
    await mill().confirm(id);
    expect(await bakery.seen(id)).toMatchObject({ state: 'CONFIRMED', reference: expect.stringMatching(/^SO-/) });
    await bakery.resend();
    expect((await bakery.seen(id)).state).toBe('CONFIRMED');
  });

  test('is followed live: as it is, and each time the mill has said something', async () => {
    const { id } = await bakery.draft(1);
    const query = `subscription ($id: ID!) { purchaseOrderChanged(purchaseOrderId: $id) { state version } }`;
    const frames = bakery.app.sockets(bakery.manager.token).iterate<Told>({ query, variables: { id } });
    const next = async () => (await frames.next()).value.data.purchaseOrderChanged;
    const until = async (state: string) => {
      let seen = await next();
      while (seen.state !== state) seen = await next();
      return seen;
    };
    expect(await next()).toEqual({ state: 'DRAFT', version: 1 });
    await bakery.send(id);
    await until('SENT');
    await mill().confirm(id);
    expect(await until('CONFIRMED')).toEqual({ state: 'CONFIRMED', version: 4 });
    await frames.return?.();
  });

  test('that the mill refuses at once says so, with its reason', async () => {
    faults().orders.add('refuse');
    expect(await bakery.order(2)).toMatchObject({ state: 'REFUSED', reason: 'The account is blocked.' });
  });
});
