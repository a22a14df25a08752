import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { staff } from '../people.ts';
import { addressOf, device, isCopy, openPrintHouse, type PrintHouse } from '../printers.ts';
import { key, write } from '../shop.ts';

let house: PrintHouse['house'];
let room: PrintHouse['room'];

beforeAll(async () => {
  ({ house, room } = await openPrintHouse());
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

describe('A manager', () => {
  test('sets printers up, sets them anew, and sees how they were last seen', async () => {
    await using counter = await device();
    const storeId = await house.newStore();
    const { token } = await staff(house.app, house.hq, 'MANAGER', [storeId]);
    const again = { idempotencyKey: key(), printsReceipts: true };
    const first = await room.set(storeId, counter, again, token);
    expect(first).toMatchObject({ name: 'Counter', state: 'UNSEEN', seenAt: null, address: addressOf(counter) });
    expect(await room.set(storeId, counter, again, token)).toMatchObject({ id: first.id });
    expect(await room.set(storeId, counter, { ...again, name: 'Other' }, token)).toBe('IDEMPOTENCY_KEY_REUSED');
    await house.app.runJob('devices.lookAtPrinters');
    expect(await room.printers(storeId)).toMatchObject([{ id: first.id, state: 'READY', seenAt: expect.anything() }]);
    await counter.set('cover-open', true);
    house.clock.advance(60_000);
    await house.app.runJob('devices.lookAtPrinters');
    expect(await room.printers(storeId)).toMatchObject([{ state: 'COVER_OPEN', troubleSince: expect.anything() }]);
    expect(await room.set(storeId, counter, { id: first.id, name: 'Bar' }, token)).toMatchObject({ id: first.id });
    expect(await room.printers(storeId)).toMatchObject([{ id: first.id, name: 'Bar', state: 'UNSEEN' }]);
  });

  test('has each receipt and slip printed at one place: a second printer of the same is refused', async () => {
    await using counter = await device();
    const storeId = await house.newStore();
    const { id } = await house.station(storeId, 'Kitchen', { isDefault: true });
    await room.set(storeId, counter, { printsReceipts: true, stationIds: [id] });
    expect(await room.set(storeId, counter, { printsReceipts: true })).toBe('PRINTER_ROUTE_TAKEN');
    expect(await room.set(storeId, counter, { stationIds: [id] })).toBe('PRINTER_ROUTE_TAKEN');
    expect(await room.printers(storeId)).toHaveLength(1);
  });
});

test('what makes no sense is refused with its reason, and changes nothing', async () => {
  await using counter = await device();
  const storeId = await house.newStore();
  const elsewhere = await house.newStore();
  const { id: strange } = await room.set(elsewhere, counter, {});
  const { id: stationId } = await house.station(elsewhere, 'Kitchen', {});
  for (const [input, code] of [
    [{ paperWidth: 76 }, 'BAD_INPUT'],
    [{ name: '' }, 'BAD_INPUT'],
    [{ name: 'x'.repeat(61) }, 'BAD_INPUT'],
    [{ name: 'a\u001bp' }, 'BAD_INPUT'],
    [{ takeoverSeconds: -1 }, 'BAD_INPUT'],
    [{ takeoverSeconds: 3_601 }, 'BAD_INPUT'],
    [{ drawerFor: Array.from({ length: 11 }, () => 'cash') }, 'BAD_INPUT'],
    [{ idempotencyKey: '' }, 'BAD_INPUT'],
    [{ driver: 'telepathy' }, 'PRINTER_DRIVER_UNKNOWN'],
    [{ address: 'localhost' }, 'PRINTER_ADDRESS_REFUSED'],
    [{ address: '169.254.169.254:9100' }, 'PRINTER_ADDRESS_REFUSED'],
    [{ id: 'nothing' }, 'PRINTER_NOT_FOUND'],
    [{ id: strange }, 'PRINTER_NOT_FOUND'],
    [{ takeoverId: strange }, 'PRINTER_NOT_FOUND'],
    [{ stationIds: [stationId] }, 'STATION_NOT_FOUND'],
    [{ storeId: 'nowhere' }, 'STORE_NOT_FOUND'],
  ] as const)
    expect({ input, code: await room.set(storeId, counter, input) }).toEqual({ input, code });
  expect(await room.remove('nothing')).toBe('PRINTER_NOT_FOUND');
  expect(await room.printers(storeId)).toEqual([]);
  expect(await room.printers(elsewhere)).toMatchObject([{ id: strange, name: 'Counter' }]);
});

test('nobody else sets them, takes them away or sees them; who reads orders learns a printer’s name, not its address', async () => {
  await using counter = await device();
  const storeId = await house.newStore();
  const { id } = await room.set(storeId, counter, { printsReceipts: true });
  const orderId = await house.paid(storeId, [{}]);
  await counter.printed(1);
  const others = [
    await staff(house.app, house.hq, 'MANAGER', [await house.newStore()]),
    await staff(house.app, house.hq, 'WAITER', [storeId]),
    await staff(house.app, house.hq, 'COOK', [storeId]),
  ];
  for (const { token } of others) {
    expect(await room.set(storeId, counter, { id, name: 'Mine' }, token)).toBe('FORBIDDEN');
    expect(await room.remove(id, token)).toBe('FORBIDDEN');
    const read = 'query ($s: ID!) { printers(storeId: $s) { id } }';
    expect((await house.app.graph(read, { s: storeId }, token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
  const jobs = `query ($s: ID!, $o: ID) { printJobs(storeId: $s, orderId: $o) {
    edges { node { kind printer { name address } } } } }`;
  const { printJobs } = await house.app.ask(jobs, { s: storeId, o: orderId }, others[1]?.token);
  const nodes = printJobs.edges.map(({ node }: { node: { kind: string } }) => node);
  expect(nodes).toContainEqual({ kind: 'RECEIPT', printer: { name: 'Counter', address: null } });
});

describe('The codes of tables', () => {
  test('come out where receipts do, each with its name and what a diner’s telephone reads; once for each key', async () => {
    await using counter = await device(58);
    const storeId = await house.newStore();
    await room.set(storeId, counter, { printsReceipts: true });
    const read = 'query ($id: ID!) { store(id: $id) { tables { id name } } }';
    const { store } = await house.app.ask(read, { id: storeId }, house.hq.token);
    const input = { idempotencyKey: key(), storeId, tableIds: [store.tables[0].id] };
    const first = await room.printTableCodes(input);
    expect(await room.printTableCodes(input)).toEqual(first);
    expect(await room.jobs(storeId)).toMatchObject([{ id: first.id, kind: 'TABLE_CODES', state: 'PRINTED' }]);
    expect(counter.sheets.map(({ lines }) => lines.filter(Boolean))).toEqual([['A1', '[image]', 'Scan to order']]);
    expect(first).toMatchObject({ order: null, content: expect.stringMatching(/\{code:http.*\/t\/.+;option:qrcode/) });
  });

  test('of two tables come on two sheets, and printed again each of them says that it is a copy', async () => {
    await using counter = await device();
    const storeId = await house.newStore();
    await room.set(storeId, counter, { printsReceipts: true });
    const table = { idempotencyKey: key(), storeId, name: 'B2', seats: 2 };
    await write(house.app, house.hq, 'createTable', 'CreateTableInput', table, 'id');
    const read = 'query ($id: ID!) { store(id: $id) { tables { id } } }';
    const { store } = await house.app.ask(read, { id: storeId }, house.hq.token);
    const tableIds = store.tables.map(({ id }: { id: string }) => id);
    const { id } = await room.printTableCodes({ idempotencyKey: key(), storeId, tableIds });
    expect(await room.jobs(storeId)).toMatchObject([{ state: 'PRINTED', copies: 0 }]);
    await room.reprint(id);
    expect(await room.jobs(storeId)).toMatchObject([{ state: 'PRINTED', copies: 1 }]);
    expect(counter.sheets.map(isCopy)).toEqual([false, false, true, true]);
  });

  test('of another store, or of too many tables at once, are refused', async () => {
    const storeId = await house.newStore();
    const ask = (tableIds: string[], who?: string) =>
      room.printTableCodes({ idempotencyKey: key(), storeId, tableIds }, who);
    expect(await ask(['nothing'])).toBe('TABLE_NOT_FOUND');
    expect(await ask([])).toBe('BAD_INPUT');
    expect(await ask(Array.from({ length: 11 }, () => key()))).toBe('BAD_INPUT');
    const waiter = await staff(house.app, house.hq, 'WAITER', [storeId]);
    expect(await ask(['nothing'], waiter.token)).toBe('FORBIDDEN');
    expect(await room.jobs(storeId)).toEqual([]);
  });
});
