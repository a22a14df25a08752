import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { part } from '../kitchen.ts';
import { device, openPrintHouse, type PrintHouse } from '../printers.ts';

let house: PrintHouse['house'];
let room: PrintHouse['room'];
let later: PrintHouse['later'];

beforeAll(async () => {
  ({ house, room, later } = await openPrintHouse());
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

/** A store with a station for its drinks, and the one that takes the rest. */
async function store() {
  const storeId = await house.newStore();
  const kitchen = (await house.station(storeId, 'Kitchen', { isDefault: true })).id;
  const bar = (await house.station(storeId, 'Bar', { categoryIds: ['drinks'] })).id;
  return { storeId, kitchen, bar };
}
const tea = { name: 'Tea', parts: [part('Tea', 'drinks')] };

describe('An order that is paid', () => {
  test('is on paper by itself: its receipt at the counter, and each station’s slip at the printer that prints it', async () => {
    await using counter = await device(80);
    await using bar = await device(58);
    const { storeId, bar: barId, kitchen } = await store();
    await room.set(storeId, counter, { printsReceipts: true, stationIds: [kitchen] });
    await room.set(storeId, bar, { name: 'Bar', stationIds: [barId] });
    const orderId = await house.paid(storeId, [
      { name: 'Beef noodles', total: 2800 },
      { ...tea, total: 800 },
    ]);
    const [receipt, slip] = await counter.printed(2);
    expect(receipt?.lines).toEqual(expect.arrayContaining(['Noodle House', '1 x Beef noodles (regular) 28.00']));
    expect(slip?.lines).toEqual(expect.arrayContaining(['Kitchen', '1 x Beef noodles (regular)']));
    const [drinks] = await bar.printed(1);
    expect(drinks?.lines).toEqual(expect.arrayContaining(['Bar', '1 x Tea (regular)']));
    const jobs = await room.jobs(storeId, orderId);
    expect(jobs).toHaveLength(3);
    for (const job of jobs) expect(job).toMatchObject({ state: 'PRINTED', tries: 1, problem: null, copies: 0 });
    expect(jobs.map(({ printer }) => printer?.name).toSorted()).toEqual(['Bar', 'Counter', 'Counter']);
    expect([counter.sheets.length, bar.sheets.length]).toEqual([2, 1]);
  });

  test('waits where there is no printer, and is printed by the one that is set up then', async () => {
    const { storeId } = await store();
    const orderId = await house.paid(storeId, [{}]);
    expect(await room.jobs(storeId, orderId)).toMatchObject([
      { state: 'QUEUED', printer: null, tries: 0 },
      { state: 'QUEUED', printer: null, tries: 0 },
    ]);
    await using counter = await device();
    await room.set(storeId, counter, { printsReceipts: true });
    await counter.printed(1);
    expect(await room.jobs(storeId, orderId)).toMatchObject([{ state: 'PRINTED' }, { state: 'QUEUED', printer: null }]);
  });

  test('opens the drawer when it was paid with cash, where the printer has one', async () => {
    await using counter = await device();
    const { storeId } = await store();
    await room.set(storeId, counter, { printsReceipts: true, drawerFor: ['cash'] });
    await house.paid(storeId, [{}], { provider: 'wechat-pay' });
    await counter.printed(1);
    expect(counter.drawer()).toBe(0);
    const orderId = await house.paid(storeId, [{}], { provider: 'cash' });
    await counter.printed(2);
    expect(counter.drawer()).toBe(1);
    const [receipt] = await room.jobs(storeId, orderId);
    await room.reprint(receipt?.id ?? '');
    await counter.printed(3);
    expect(counter.drawer()).toBe(1);
  });

  test('is printed after those before it, also when the printer was off meanwhile', async () => {
    await using counter = await device();
    const { storeId } = await store();
    await room.set(storeId, counter, { printsReceipts: true });
    await counter.set('offline', true);
    for (const name of ['First', 'Second', 'Third']) await house.paid(storeId, [{ name }]);
    await room.jobs(storeId);
    expect(await room.printers(storeId)).toMatchObject([{ state: 'OFFLINE' }]);
    await counter.set('offline', false);
    later();
    await room.jobs(storeId);
    const printed = (await counter.printed(3)).map(({ lines }) => lines.find((line) => line.startsWith('1 x')));
    expect(printed).toEqual(['1 x First (regular) 0.00', '1 x Second (regular) 0.00', '1 x Third (regular) 0.00']);
    expect(await room.printers(storeId)).toMatchObject([{ state: 'READY', troubleSince: null }]);
  });
});
