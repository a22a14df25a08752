import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { staff } from '../people.ts';
import { device, isCopy, openPrintHouse, type PrintHouse } from '../printers.ts';
import { key } from '../shop.ts';

let house: PrintHouse['house'];
let room: PrintHouse['room'];
let storeWith: PrintHouse['storeWith'];
let receiptIn: PrintHouse['receiptIn'];
let later: PrintHouse['later'];

beforeAll(async () => {
  ({ house, room, storeWith, receiptIn, later } = await openPrintHouse());
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

describe('Nobody knows whether it is on paper', () => {
  test('the paper ends in the middle: what was left comes with the new roll, and then all of it again, as a copy', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    await counter.set('paper-out-in-the-middle', true);
    const receipt = await receiptIn(storeId);
    expect(await receipt()).toMatchObject({ state: 'QUEUED', problem: 'UNCONFIRMED', copies: 0 });
    expect(await room.printers(storeId)).toMatchObject([{ state: 'PAPER_OUT' }]);
    await counter.set('paper-out', false);
    later();
    expect(await receipt()).toMatchObject({ state: 'PRINTED', problem: null, copies: 1 });
    expect(counter.sheets.map(({ isCut }) => isCut)).toEqual([false, true, true]);
    expect(counter.sheets.map(isCopy)).toEqual([false, false, true]);
  });

  test.each([
    ['hang-after-data', [false, true]],
    ['hang-up-on-data', [true]],
  ] as const)('%s: it is printed again, and says that it is a copy', async (fault, marks) => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    await counter.set(fault, true);
    const receipt = await receiptIn(storeId);
    expect(await receipt()).toMatchObject({ state: 'QUEUED', problem: 'UNCONFIRMED', tries: 1 });
    await counter.set(fault, false);
    later();
    expect(await receipt()).toMatchObject({ state: 'PRINTED', tries: 2, copies: 1 });
    expect(counter.sheets.map(isCopy)).toEqual(marks);
  });

  test('nor of the copy: that is enough, and it is left to somebody', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    await counter.set('hang-after-data', true);
    const receipt = await receiptIn(storeId);
    await receipt();
    later();
    expect(await receipt()).toMatchObject({ state: 'FAILED', problem: 'UNCONFIRMED', copies: 1 });
    later();
    await receipt();
    expect(counter.sheets.map(isCopy)).toEqual([false, true]);
  });

  test('nor of the copy, and another printer takes over: a copy comes out there, and none there goes on for ever', async () => {
    await using counter = await device();
    await using kitchen = await device();
    const { storeId, id } = await storeWith(counter);
    const { id: takeoverId } = await room.set(storeId, kitchen, { name: 'Kitchen' });
    await room.set(storeId, counter, { id, printsReceipts: true, takeoverId, takeoverSeconds: 600 });
    await room.set(storeId, kitchen, { id: takeoverId, name: 'Kitchen', takeoverId: id, takeoverSeconds: 600 });
    await counter.set('hang-up-on-data', true);
    const receipt = await receiptIn(storeId);
    await receipt();
    later();
    await receipt();
    const printed = { state: 'PRINTED', problem: null, copies: 2, printer: { name: 'Kitchen' } };
    expect(await receipt()).toMatchObject(printed);
    expect([...counter.sheets, ...kitchen.sheets].map(isCopy)).toEqual([true]);

    await kitchen.set('hang-after-data', true);
    const next = await receiptIn(storeId);
    for (let times = 0; times < 4; times++) {
      await next();
      later();
    }
    expect(await next()).toMatchObject({ state: 'FAILED', problem: 'UNCONFIRMED', printer: { name: 'Kitchen' } });
    expect([...counter.sheets, ...kitchen.sheets].map(isCopy)).toEqual([true, true]);
  });

  test('and the order is cancelled: there is no copy, but word that it is not wanted', async () => {
    await using kitchen = await device();
    const storeId = await house.newStore();
    const { id: stationId } = await house.station(storeId, 'Kitchen', { isDefault: true });
    await room.set(storeId, kitchen, { stationIds: [stationId] });
    await kitchen.set('hang-after-data', true);
    const orderId = await house.paid(storeId, [{}]);
    await room.jobs(storeId, orderId);
    await house.till.cancel(storeId, orderId);
    await kitchen.set('hang-after-data', false);
    later();
    const slips = (await room.jobs(storeId, orderId)).filter(({ kind }) => kind === 'KITCHEN_SLIP');
    expect(slips).toMatchObject([{ state: 'CANCELLED' }, { state: 'PRINTED', copies: 0 }]);
    expect(kitchen.sheets.map(({ lines }) => lines.includes('CANCELLED'))).toEqual([false, true]);
    expect(kitchen.sheets.some(isCopy)).toBe(false);
  });
});

describe('Somebody', () => {
  test('cancels an order before its slip is printed: nothing is', async () => {
    await using kitchen = await device();
    const storeId = await house.newStore();
    const { id: stationId } = await house.station(storeId, 'Kitchen', { isDefault: true });
    await room.set(storeId, kitchen, { stationIds: [stationId] });
    await kitchen.set('offline', true);
    const orderId = await house.paid(storeId, [{}]);
    await room.jobs(storeId, orderId);
    await house.till.cancel(storeId, orderId);
    await kitchen.set('offline', false);
    later();
    const slips = (await room.jobs(storeId, orderId)).filter(({ kind }) => kind === 'KITCHEN_SLIP');
    expect(slips).toMatchObject([{ state: 'CANCELLED', tries: 1 }]);
    expect(kitchen.sheets).toHaveLength(0);
    expect(await room.reprint(slips[0]?.id ?? '', (await staff(house.app, house.hq, 'MANAGER', [storeId])).token)).toBe(
      'PRINT_JOB_WITHDRAWN',
    );
  });

  test('has a receipt printed once more: a copy, once for each key; a waiter may, a cook may not', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    const receipt = await receiptIn(storeId);
    const { id = '' } = (await receipt()) ?? {};
    const waiter = await staff(house.app, house.hq, 'WAITER', [storeId]);
    const cook = await staff(house.app, house.hq, 'COOK', [storeId]);
    expect(await room.reprint(id, cook.token)).toBe('FORBIDDEN');
    expect(await room.reprint('nothing', waiter.token)).toBe('PRINT_JOB_NOT_FOUND');
    const again = key();
    for (let times = 0; times < 2; times++) expect(await room.reprint(id, waiter.token, again)).toMatchObject({ id });
    expect(await receipt()).toMatchObject({ state: 'PRINTED', copies: 1 });
    await room.reprint(id, waiter.token, again);
    await receipt();
    expect(counter.sheets.map(isCopy)).toEqual([false, true]);
  });
});
