import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import { device, isCopy, openPrintHouse, type PrintHouse } from '../printers.ts';

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

describe('Nothing reaches the paper', () => {
  test.each([
    ['paper-out', 'PAPER_OUT'],
    ['cover-open', 'COVER_OPEN'],
    ['cutter-jam', 'FAULT'],
    ['offline', 'OFFLINE'],
    ['no-status', 'OFFLINE'],
  ] as const)(
    '%s: the manager sees it, and it is printed once, without a mark, when that is over',
    async (fault, state) => {
      await using counter = await device();
      const { storeId } = await storeWith(counter);
      await counter.set(fault, true);
      const receipt = await receiptIn(storeId);
      expect(await receipt()).toMatchObject({ state: 'QUEUED', problem: state, tries: 1, copies: 0 });
      expect(await room.printers(storeId)).toMatchObject([{ state, troubleSince: expect.anything() }]);
      // It is left alone for a moment.
      expect(await receipt()).toMatchObject({ tries: 1 });
      await counter.set(fault, false);
      later();
      expect(await receipt()).toMatchObject({ state: 'PRINTED', problem: null, tries: 2, copies: 0 });
      expect(counter.sheets.map(isCopy)).toEqual([false]);
      expect(await room.printers(storeId)).toMatchObject([{ state: 'READY', troubleSince: null }]);
    },
  );

  test('while somebody else prints there: it is BUSY, and printed afterwards', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    const somebody = connect(counter.port(), '127.0.0.1');
    await once(somebody, 'connect');
    const receipt = await receiptIn(storeId);
    expect(await receipt()).toMatchObject({ state: 'QUEUED', problem: 'BUSY' });
    somebody.destroy();
    later();
    while ((await receipt())?.state !== 'PRINTED') later();
    expect(counter.sheets.map(isCopy)).toEqual([false]);
  });

  test('while another process is at the printer; when that one is never heard of again, it is printed all the same', async () => {
    await using counter = await device();
    const { storeId, id } = await storeWith(counter);
    const until = house.clock.now() + 30 * SECOND;
    await house.app.sql('devices', 'update printer set lease_until = ? where id = ?', [until, id]);
    const receipt = await receiptIn(storeId);
    expect(await receipt()).toMatchObject({ state: 'QUEUED', tries: 0 });
    later(31);
    expect(await receipt()).toMatchObject({ state: 'PRINTED', tries: 1 });
  });

  test('the paper is near its end: it is printed, and the manager knows', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    await counter.set('near-end', true);
    expect(await (await receiptIn(storeId))()).toMatchObject({ state: 'PRINTED' });
    expect(await room.printers(storeId)).toMatchObject([{ state: 'PAPER_LOW', troubleSince: null }]);
    await counter.set('near-end', false);
    later(60);
    await house.app.runJob('devices.lookAtPrinters');
    expect(await room.printers(storeId)).toMatchObject([{ state: 'READY' }]);
  });

  test('for longer than it is worth: it is given up, until somebody asks for it', async () => {
    await using counter = await device();
    const { storeId } = await storeWith(counter);
    await counter.set('offline', true);
    const receipt = await receiptIn(storeId);
    await receipt();
    later(31 * 60);
    expect(await receipt()).toMatchObject({ state: 'FAILED', problem: 'OFFLINE', copies: 0 });
    await counter.set('offline', false);
    later(31);
    const { id = '' } = (await receipt()) ?? {};
    expect(await room.reprint(id)).toMatchObject({ id });
    // None of it was ever on paper, so this is no copy.
    expect(await receipt()).toMatchObject({ state: 'PRINTED', copies: 0 });
    expect(counter.sheets.map(isCopy)).toEqual([false]);
  });
});

describe('The other printer takes over', () => {
  test('after the time that was set, with all that waits, in order and without a mark', async () => {
    await using counter = await device();
    await using kitchen = await device();
    const { storeId, id } = await storeWith(counter);
    const { id: takeoverId } = await room.set(storeId, kitchen, { name: 'Kitchen' });
    await room.set(storeId, counter, { id, printsReceipts: true, takeoverId, takeoverSeconds: 20 });
    await counter.set('paper-out', true);
    for (const name of ['First', 'Second']) await house.paid(storeId, [{ name }]);
    await room.jobs(storeId);
    later(10);
    await room.jobs(storeId);
    expect([counter.sheets.length, kitchen.sheets.length]).toEqual([0, 0]);
    later(11);
    await room.jobs(storeId);
    const sheets = await kitchen.printed(2);
    expect(sheets.map(({ lines }) => lines.find((line) => line.startsWith('1 x')))).toEqual([
      '1 x First (regular) 0.00',
      '1 x Second (regular) 0.00',
    ]);
    const receipts = (await room.jobs(storeId)).filter(({ kind }) => kind === 'RECEIPT');
    for (const one of receipts)
      expect(one).toMatchObject({ state: 'PRINTED', copies: 0, printer: { name: 'Kitchen' } });
    // What comes later goes there at once.
    await house.paid(storeId, [{ name: 'Third' }]);
    await room.jobs(storeId);
    await kitchen.printed(3);
  });

  test('but not when it has trouble itself: then all wait for whichever is mended first', async () => {
    await using counter = await device();
    await using kitchen = await device();
    const { storeId, id } = await storeWith(counter);
    const { id: takeoverId } = await room.set(storeId, kitchen, { name: 'Kitchen' });
    await room.set(storeId, counter, { id, printsReceipts: true, takeoverId, takeoverSeconds: 0 });
    await counter.set('paper-out', true);
    await kitchen.set('cover-open', true);
    const receipt = await receiptIn(storeId);
    for (let times = 0; times < 4; times++) {
      later();
      expect(await receipt()).toMatchObject({ state: 'QUEUED' });
    }
    await counter.set('paper-out', false);
    await kitchen.set('cover-open', false);
    later();
    expect(await receipt()).toMatchObject({ state: 'PRINTED', copies: 0 });
    expect(counter.sheets.length + kitchen.sheets.length).toBe(1);
  });

  test('when a printer is taken away for good, and another one prints the same', async () => {
    await using old = await device();
    await using young = await device();
    const { storeId, id } = await storeWith(old);
    await old.set('offline', true);
    const receipt = await receiptIn(storeId);
    await receipt();
    expect(await room.set(storeId, young, { printsReceipts: true })).toBe('PRINTER_ROUTE_TAKEN');
    expect(await room.remove(id)).toMatchObject({ id, removedAt: expect.anything() });
    expect(await room.remove(id)).toMatchObject({ id });
    later();
    expect(await receipt()).toMatchObject({ state: 'QUEUED', printer: null });
    await room.set(storeId, young, { name: 'Young', printsReceipts: true });
    expect(await receipt()).toMatchObject({ state: 'PRINTED', copies: 0, printer: { name: 'Young' } });
    expect(await room.printers(storeId)).toMatchObject([{ name: 'Young' }]);
  });
});
