import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '../../kernel/log.ts';
import { networkOf } from '../../plugins/escpos-printer/address.ts';
import { escposDriver } from '../../plugins/escpos-printer/driver.ts';
import { settings } from '../../plugins/escpos-printer/settings.ts';
import { nextCommand } from '../../plugins/escpos-printer/simulator/commands.ts';
import { problemIn, type Question } from '../../plugins/escpos-printer/status.ts';
import type { PrintRequest } from '../../subgraphs/devices/ports.ts';

import { addressOf, type Device, device, openPrintHouse, type PrintHouse } from '../printers.ts';

const log = createLog('silent');
const near = settings.parse({ ports: '1-65535', networks: '127.0.0.0/8', answerSeconds: 2, confirmSeconds: 2 });
const driver = escposDriver({ network: networkOf(near), settings: near, log });
const sheet = (printer: Device, content: string, more: Partial<PrintRequest> = {}): PrintRequest => {
  const columns = printer.paperWidth === 58 ? 32 : 48;
  return { jobId: 'one', copy: 0, address: addressOf(printer), content, columns, openDrawer: false, ...more };
};

/** What a printer was told, command by command; a text is what its bytes are in GB18030. */
function commandsIn(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let next = nextCommand(bytes); next; next = nextCommand(next.rest)) {
    const { name, data } = next.command;
    found.push(name === 'TEXT' ? `TEXT ${new TextDecoder('gb18030').decode(data)}` : name);
  }
  return found;
}
const last = ({ received }: Device) => received.at(-1) ?? Buffer.alloc(0);
const count = (commands: string[], name: string) => commands.filter((one) => one === name).length;

describe('The bytes on the wire', () => {
  test.each([
    [58, 32],
    [80, 48],
  ] as const)('%i mm: begin with questions, print, cut once, and end with GS r 1', async (millimetres, columns) => {
    await using printer = await device(millimetres);
    expect(await driver.print(sheet(printer, 'Tea | 8.00\n---\n='))).toEqual({ outcome: 'printed', paperLow: false });
    const hex = last(printer).toString('hex');
    expect(hex).toMatch(/^(?:1004010[2-4]|10040[1-4]){4}1b40/);
    expect(hex).toMatch(/1d5642001d7231$/);
    expect(count(commandsIn(last(printer)), 'GS V')).toBe(1);
    expect(printer.sheets[0]?.lines).toContain('─'.repeat(columns));
    expect(printer.drawer()).toBe(0);
  });

  test('letters that are rare are GB18030, of two bytes and of four', async () => {
    await using printer = await device();
    await driver.print(sheet(printer, '番茄 𰻝 𠮷 㐀 €\n='));
    // As the protocol facts have tried it: the euro is A2 E3, 番 is B7 AC.
    expect(last(printer).toString('hex')).toMatch(/b7acc7d1.*a2e3/);
    expect(commandsIn(last(printer))).toContain('TEXT 番茄 𰻝 𠮷 㐀 €');
    expect(printer.sheets[0]?.lines[0]).toBe('番茄 𰻝 𠮷 㐀 €');
  });

  test('the drawer is opened by 1B 70 00 19 FA, ahead of the sheet', async () => {
    await using printer = await device();
    await driver.print(sheet(printer, 'Tea\n=', { openDrawer: true }));
    expect(last(printer).toString('hex')).toContain('1b700019fa1b40');
    expect(printer.drawer()).toBe(1);
  });

  test('a table’s QR code is a picture in the middle of the paper', async () => {
    await using printer = await device(58);
    await driver.print(sheet(printer, '^^^A1\n{code:https://example.com/t/A1;option:qrcode,6,m}\n='));
    expect(commandsIn(last(printer))).toEqual(expect.arrayContaining(['ESC a', 'GS 8L', 'GS (L']));
    expect(printer.sheets[0]?.svg).toContain('<path');
  });

  test('what stands in the markup is no command: raw bytes, escapes, and receiptline’s own property', async () => {
    await using printer = await device();
    const evil = 'A\x1bp\x00\x19\xfaB\x1dVA\x00\x10\x04\x01\x7f\u0085C';
    const content = `${evil}\n{command:\\x1bp\\x00\\x19\\xfa}\n{x:\\x1dVA\\x00}\nD\\x1bp\n=`;
    expect(await driver.print(sheet(printer, content))).toMatchObject({ outcome: 'printed' });
    const commands = commandsIn(last(printer));
    expect([count(commands, 'ESC p'), count(commands, 'GS V'), count(commands, 'DLE EOT')]).toEqual([0, 1, 4]);
    expect(printer.drawer()).toBe(0);
    expect(printer.sheets).toHaveLength(1);
  });

  test('two at once at one printer: one is printed, the other one is not', async () => {
    await using printer = await device();
    const both = await Promise.all(['a', 'b'].map((jobId) => driver.print(sheet(printer, 'Tea\n=', { jobId }))));
    expect(both).toEqual([
      { outcome: 'printed', paperLow: false },
      { outcome: 'not-printed', problem: 'BUSY' },
    ]);
    expect(printer.sheets).toHaveLength(1);
  });

  test('what it tells unasked, as when the drawer opens, is not taken for the end of the sheet', async () => {
    await using printer = await device();
    await printer.set('tells-unasked', true);
    const withDrawer = sheet(printer, 'Tea\nRice\nSoup\nFish\nCake\n=', { openDrawer: true });
    expect(await driver.print(withDrawer)).toEqual({ outcome: 'printed', paperLow: false });
    await printer.set('paper-out-in-the-middle', true);
    expect(await driver.print(withDrawer)).toEqual({ outcome: 'unknown', problem: 'PAPER_OUT' });
    expect(printer.sheets.map(({ isCut }) => isCut)).toEqual([true, false]);
    expect(printer.drawer()).toBe(2);
  });

  test.each([
    [0b0000_0011, { outcome: 'printed', paperLow: true }],
    [0b0000_1100, { outcome: 'unknown', problem: 'PAPER_OUT' }],
  ])('one that answers GS r 1 with %i has come to no end of paper, or nobody knows', async (byte, result) => {
    const server = createServer((socket) => {
      socket.on('data', (data) => socket.write(Buffer.from(data[0] === 0x10 ? [0x12] : [byte])));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const request = { jobId: 'one', copy: 0, address, content: 'Tea\n=', columns: 48, openDrawer: false } as const;
    expect(await driver.print(request)).toEqual(result);
    server.close();
  });

  test('a long print may take longer than a short one', async () => {
    await using printer = await device();
    await printer.set('slow', true);
    // Each sheet takes a second and a half, and what is short may take two in all.
    const tables = `${'Tea\n'.repeat(60)}=\n`.repeat(3);
    expect(await driver.print(sheet(printer, tables))).toEqual({ outcome: 'printed', paperLow: false });
  });

  test('one that takes its time has printed in the end', async () => {
    await using printer = await device();
    await printer.set('slow', true);
    expect(await driver.print(sheet(printer, 'Tea\n='))).toEqual({ outcome: 'printed', paperLow: false });
  });
});

describe('The bytes of its state', () => {
  const well: Record<Question, number> = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };
  test.each([
    ['as it should be', {}, null],
    ['near its end, by the facts', { 4: 0x12 | 0x0c }, null],
    ['out of paper, by the facts', { 4: 0x12 | 0x60 }, 'PAPER_OUT'],
    ['cover open, by a rule that no source here confirms', { 2: 0x12 | 0x04 }, 'COVER_OPEN'],
    ['cutter jammed, by a rule that no source here confirms', { 3: 0x12 | 0x08 }, 'FAULT'],
    ['offline and nothing else, by a rule that no source here confirms', { 1: 0x12 | 0x08 }, 'OFFLINE'],
    ['out of paper with the cover open: the paper comes first', { 2: 0x16, 4: 0x72 }, 'PAPER_OUT'],
  ])('%s', (_, bytes, problem) => {
    expect(problemIn({ ...well, ...bytes })).toBe(problem);
  });

  test('the simulator answers with the bits that are always set, and with those of its faults', async () => {
    await using printer = await device();
    const status = () => driver.status(addressOf(printer));
    expect(await status()).toEqual({ problem: null, paperLow: false });
    await printer.set('near-end', true);
    expect(await status()).toEqual({ problem: null, paperLow: true });
    await printer.set('cover-open', true);
    expect(await status()).toEqual({ problem: 'COVER_OPEN', paperLow: false });
  });
});

describe('Where printers may be', () => {
  const usual = escposDriver({ network: networkOf(settings.parse({})), settings: settings.parse({}), log });

  test.each(['192.168.1.50:9100', '10.0.0.7:9109', '[fd00::5]:9100'])('%s', async (address) => {
    expect(await usual.refusal(address)).toBeNull();
  });

  test.each([
    ...['127.0.0.1:9100', 'localhost:9100', '0.0.0.0:9100', '169.254.169.254:9100', '224.0.0.1:9100'],
    ...['[::1]:9100', '[::]:9100', '[fe80::1]:9100', '[::ffff:127.0.0.1]:9100', '[64:ff9b::7f00:1]:9100'],
    ...['2130706433:9100', '0x7f.1:9100', '127.1:9100', 'simulator:9100', 'no-such-host.invalid:9100'],
    ...['192.168.1.50:3306', '192.168.1.50:22', '192.168.1.50:0', '192.168.1.50:99999'],
    ...['', '192.168.1.50', ':9100', 'http://192.168.1.50:9100', 'a b:9100', '192.168.1.50:9100/x', 'a@10.0.0.1:9100'],
  ])('not %j', async (address) => {
    expect(await usual.refusal(address)).toMatch(/^[A-Z].*\.$/);
  });

  test('an address that was allowed once is looked at again each time', async () => {
    await using printer = await device();
    const request = sheet(printer, 'Tea\n=');
    expect(await usual.print(request)).toEqual({ outcome: 'not-printed', problem: 'OFFLINE' });
    expect(printer.received).toHaveLength(0);
  });

  test.each([{ ports: '9100-' }, { ports: '99999' }, { networks: '127.0.0.1' }, { networks: '10.0.0.0/33' }])(
    'a setting that makes no sense is named: %j',
    (given) => {
      expect(settings.safeParse(given).error?.issues[0]?.message).toMatch(/^expected (ports|networks) like/);
    },
  );
});

describe('A diner who writes what a printer might obey', () => {
  let house: PrintHouse['house'];
  let room: PrintHouse['room'];
  beforeAll(async () => {
    ({ house, room } = await openPrintHouse());
  });
  afterAll(async () => {
    await house[Symbol.asyncDispose]();
  });

  test('in a note, a dish’s name or a table’s has it printed: no drawer opens, no paper is cut', async () => {
    await using printer = await device();
    const storeId = await house.newStore();
    const { id } = await house.station(storeId, 'Kitchen\x1dVA\x00', { isDefault: true }).catch(() => ({ id: '' }));
    // The graph refuses control characters where names are set; an order may bring them from anywhere.
    expect(id).toBe('');
    const station = await house.station(storeId, 'Kitchen', { isDefault: true });
    await room.set(storeId, printer, { printsReceipts: true, stationIds: [station.id], drawerFor: ['cash'] });
    const note = '\x1bp0\x19\xfa\x1dV1{command:\\x1bp\\x00}\n=\n{code:x}|^^^"\u2028=\x10\x04\x01';
    const line = { name: note, specName: note, modifiers: [note], note };
    await house.paid(storeId, [line], { note, tableName: note, storeName: note, provider: 'demo' });
    const jobs = await room.jobs(storeId);
    expect(jobs).toMatchObject([{ state: 'PRINTED' }, { state: 'PRINTED' }]);
    expect(printer.drawer()).toBe(0);
    for (const bytes of printer.received.slice(-2)) {
      const commands = commandsIn(bytes);
      expect([count(commands, 'GS V'), count(commands, 'ESC p'), count(commands, 'GS 8L')]).toEqual([1, 0, 0]);
      expect(count(commands, 'DLE EOT')).toBe(4);
      expect(commands.filter((one) => one.startsWith('TEXT')).join('')).toContain('{command:');
    }
  });
});
