import { describe, expect, test } from '@jest/globals';
import { parseMapping } from '../../cli/import/columns.ts';
import { MENU, planMenu } from '../../cli/import/menu.ts';
import { ORDERS, planOrders } from '../../cli/import/orders.ts';
import { readSheet } from '../../cli/import/sheet.ts';

type Text = string | Uint8Array;
const bytes = (text: Text) => (typeof text === 'string' ? Buffer.from(text) : text);
const sheet = (kind: typeof MENU | typeof ORDERS, text: Text, map?: string) =>
  readSheet(bytes(text), { ...kind, mapping: parseMapping(map), delimiter: undefined, encoding: undefined });

const format = { timeZone: 'Asia/Shanghai', dayOrder: undefined };
const menu = (text: Text, map?: string) => planMenu(sheet(MENU, text, map), 'CNY', format);
const till = { ...format, currency: 'CNY', dailyNumbers: false, fillDown: false };
const orders = (text: Text, options: Partial<typeof till> = {}) =>
  planOrders(sheet(ORDERS, text), { ...till, ...options });

const noodles = { name: '牛肉面', category: '面', spec: '大', price: 2800 };
const gbk = Buffer.from('b2cbc3fb2cb9e6b8f12cb7d6c0e02cb5a5bcdb0ac5a3c8e2c3e62cb4f32cc3e62c32380a', 'hex');

describe('a menu file', () => {
  test.each<[string, Text]>([
    ['plain UTF-8', '菜名,规格,分类,单价\n牛肉面,大,面,28\n'],
    ['a byte-order mark', '\ufeff菜名,规格,分类,单价\n牛肉面,大,面,28\n'],
    [
      'UTF-16',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('菜名,规格,分类,单价\n牛肉面,大,面,28\n', 'utf16le')]),
    ],
    ['GBK', gbk],
    ['lines ended as on Windows', '菜名,规格,分类,单价\r\n牛肉面,大,面,28\r\n'],
    ['semicolons', '菜名;规格;分类;单价\n牛肉面;大;面;28\n'],
    ['tabs', '菜名\t规格\t分类\t单价\n牛肉面\t大\t面\t28\n'],
    ['a title above the table', '某某餐厅 菜单\n导出时间:2026-01-01\n\n菜名,规格,分类,单价\n牛肉面,大,面,28\n'],
    ['a total below the table', '菜名,规格,分类,单价\n牛肉面,大,面,28\n合计,,,28\n'],
    ['units in the header', '菜品 名称,规格,菜品_分类,单价（元）\n牛肉面,大,面,￥28.00\n'],
    ['English headers', 'Item Name,SIZE,Category,Unit_Price\n牛肉面,大,面,28.00\n'],
    ['a column more', '编号,菜名,规格,分类,单价,备注\n1,牛肉面,大,面,28,"辣, 微麻"\n'],
  ])('with %s is read', (_, text) => expect(menu(text).rows).toEqual([{ ...noodles, row: expect.any(Number) }]));

  test('a comma and a line break in quotes belong to the dish, and lines are still counted', () => {
    const { rows, refused } = menu('name,price\n"Fish, chips",10\n"Soup\nof the day",5\nTea,-1\n');
    expect(rows.map(({ name, row }) => [row, name])).toEqual([
      [2, 'Fish, chips'],
      [3, 'Soup of the day'],
    ]);
    expect(refused).toEqual([{ line: 5, code: 'PRICE_NEGATIVE', message: '-1 is below zero', content: 'Tea,-1' }]);
  });

  test('what a row lacks is refused by its line and the rest stands', () => {
    const { rows, refused } = menu('name,price\nTea,5\n,6\nRice,\nCake,1.999\nBun,free\nSoup\nPie,7\n');
    expect(rows.map(({ name }) => name)).toEqual(['Tea', 'Pie']);
    expect(refused.map(({ line, code }) => [line, code])).toEqual([
      [3, 'NAME_MISSING'],
      [4, 'PRICE_MISSING'],
      [5, 'PRICE_TOO_FINE'],
      [6, 'PRICE_NOT_A_NUMBER'],
      [7, 'ROW_BROKEN'],
    ]);
  });

  test('a quote that is never closed costs its own row alone', () => {
    const { rows, refused } = menu('name,price\nTea,5\n"Rice,6\n"Cake",7\nPie,8\n"Bun,9');
    expect(rows.map(({ name }) => name)).toEqual(['Tea', 'Cake', 'Pie']);
    expect(refused.map(({ line }) => line)).toEqual([3, 6]);
  });

  test('a file cut within a Chinese character is still UTF-8, and its last row is refused', () => {
    const whole = Buffer.from('菜名,单价\n牛肉面,28\n炸酱面');
    const { rows, refused } = menu(whole.subarray(0, -1));
    expect(rows.map(({ name }) => name)).toEqual(['牛肉面']);
    expect(refused.map(({ line, code }) => [line, code])).toEqual([[3, 'ROW_BROKEN']]);
  });

  test('of several prices the latest by date stands, and it is told', () => {
    const { rows, notes } = menu('date,name,price\n2015-03-01,Tea,6\n2015-02-01,Tea,5\n');
    expect(rows).toEqual([{ row: 2, name: 'Tea', category: 'Menu', spec: 'Regular', price: 600 }]);
    expect(notes).toEqual(['Tea (Regular) has several prices: 6.00 of line 2 stands']);
  });

  test('a last line without an end is taken, with a warning', () => {
    const { rows, notes } = sheet(MENU, 'name,price\nTea,5');
    expect(rows).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining('the last line has no end')]);
  });

  test.each<[string, Text, string]>([
    ['an empty file', '', 'the file is empty'],
    ['blank lines', '\n\n', 'the file is empty'],
    ['a header alone', 'name,price\n', 'the file has a header and no rows'],
    [
      'a missing column',
      'name,cost\nTea,5\n',
      'no column for price was found among name, cost; name it by --map price=Column',
    ],
    ['two columns of one name', 'name,price,price\nTea,5,6\n', 'two columns are called "price"'],
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0]), 'the file is a workbook'],
  ])('%s ends the import with one line', (_, text, line) => expect(() => menu(text)).toThrow(line));

  test('columns that nobody could know are named', () => {
    expect(menu('what,cost\nTea,5\n', 'name=What,price=cost').rows[0]?.name).toBe('Tea');
    expect(() => menu('what,cost\nTea,5\n', 'name=Who,price=cost')).toThrow(
      'no column "Who"; the columns are what, cost',
    );
    expect(() => parseMapping('colour=What')).toThrow('--map wants field=Column');
  });
});

describe('a file of orders', () => {
  const header = '订单号,下单时间,菜品名称,规格,数量,单价,就餐方式\n';

  test('rows of one order belong together wherever they lie', () => {
    const { orders: read, refused } = orders(
      `${header}A1,2026-01-01 12:00,牛肉面,大,2,28,堂食\nA2,2026-01-01 12:05,豆浆,,1,6,外卖\nA1,2026-01-01 11:59,豆浆,,1,6,堂食\n`,
    );
    expect(refused).toEqual([]);
    expect(read).toEqual([
      {
        externalId: 'A1',
        placedAt: '2026-01-01T11:59:00',
        channel: 'DINE_IN',
        lines: [
          { name: '牛肉面', spec: '大', quantity: 2, unitPrice: 2800 },
          { name: '豆浆', spec: 'Regular', quantity: 1, unitPrice: 600 },
        ],
      },
      {
        externalId: 'A2',
        placedAt: '2026-01-01T12:05:00',
        channel: 'DELIVERY',
        lines: [{ name: '豆浆', spec: 'Regular', quantity: 1, unitPrice: 600 }],
      },
    ]);
  });

  test('a refused row takes its whole order with it and says which row it was', () => {
    const plan = orders(
      `${header}A1,2026-01-01 12:00,牛肉面,大,1,28,\nA1,2026-01-01 12:00,豆浆,,0,6,\nA2,2026-01-01 13:00,豆浆,,1,6,\n`,
    );
    expect(plan.orders.map(({ externalId }) => externalId)).toEqual(['A2']);
    expect(plan.refused.map(({ line, code, message }) => [line, code, message])).toEqual([
      [3, 'QUANTITY_ZERO', 'the quantity is 0; order A1, which begins in line 2, is refused whole'],
    ]);
    expect([plan.ordersRefused, plan.rowsRefused, plan.rowsLost]).toEqual([1, 1, 1]);
  });

  test.each([
    ['in its price', 'A2,2026-01-01 13:00,豆浆,,1'],
    ['in its number', 'A'],
    ['in a quote', '"A2'],
  ])('a file that is cut %s loses the order that was cut and keeps those before', (_, end) => {
    const plan = orders(`${header}A1,2026-01-01 12:00,牛肉面,大,1,28,\nA2,2026-01-01 13:00,牛肉面,大,1,28,\n${end}`);
    expect(plan.orders.map(({ externalId }) => externalId)).toEqual(['A1']);
    expect(plan.refused.map(({ line, code }) => [line, code])).toEqual([[4, 'ROW_BROKEN']]);
    expect([plan.ordersRefused, plan.rowsLost]).toEqual([1, 1]);
  });

  test('a number that comes again on another day is another order, when the till is said to count anew each day', () => {
    const text = `${header}1,2026-01-01 12:00,豆浆,,1,6,\n1,2026-01-02 12:00,豆浆,,1,6,\n`;
    expect(() => orders(text)).toThrow('pass --daily-numbers; nothing was taken');
    expect(orders(text, { dailyNumbers: true }).orders.map(({ externalId }) => externalId)).toEqual([
      '2026-01-01 1',
      '2026-01-02 1',
    ]);
  });

  test('a number that comes again on another day by mistake is refused by itself', () => {
    const good = Array.from({ length: 12 }, (_, at) => `G${at},2026-01-01 12:00,豆浆,,1,6,\n`).join('');
    const plan = orders(`${header}1,2026-01-01 12:00,豆浆,,1,6,\n1,2026-01-02 12:00,豆浆,,1,6,\n${good}`);
    expect(plan.refused).toEqual([expect.objectContaining({ line: 2, code: 'ORDER_TIMES_APART' })]);
    expect(plan.orders).toHaveLength(12);
  });

  test('merged cells are filled from above where they are merged throughout, or when that is asked for', () => {
    const merged = `${header}A1,2026-01-01 12:00,牛肉面,大,1,28,外卖\n,,豆浆,,1,6,\n`;
    expect(orders(merged).orders[0]?.lines).toHaveLength(2);
    expect(orders(merged).notes).toEqual(['1 row: no number and no date; taken with the order above (merged cells)']);
    const each = `${header}A1,2026-01-01 12:00,牛肉面,大,1,28,\nA1,2026-01-01 12:00,豆浆,,1,6,\n,,豆浆,,1,6,\n`;
    expect(orders(each).refused).toEqual([expect.objectContaining({ line: 4, code: 'ORDER_MISSING' })]);
    expect(orders(each, { fillDown: true }).orders[0]?.lines).toHaveLength(3);
  });

  test('a number that a spreadsheet has rounded is refused, and one that it guarded is not', () => {
    const text = `${header}2.02601E+14,2026-01-01 12:00,豆浆,,1,6,\n"=""0071""",2026-01-01 12:00,豆浆,,1,6,\n\t72,2026-01-01 12:00,豆浆,,1,6,\n`;
    const plan = orders(text);
    expect(plan.orders.map(({ externalId }) => externalId)).toEqual(['0071', '72']);
    expect(plan.refused.map(({ line, code }) => [line, code])).toEqual([[2, 'ORDER_ROUNDED']]);
  });

  test('the published pizza columns of another source are found', () => {
    const plan = orders(
      'pizza_id,order_id,pizza_name_id,quantity,order_date,order_time,unit_price,total_price,pizza_size,pizza_category,pizza_name\n' +
        '1,1,hawaiian_m,2,1/13/2015,11:38:36,13.25,26.5,M,Classic,The Hawaiian Pizza\n',
    );
    expect(plan.orders).toEqual([
      {
        externalId: '1',
        placedAt: '2015-01-13T11:38:36',
        channel: 'DINE_IN',
        lines: [{ name: 'The Hawaiian Pizza', spec: 'M', quantity: 2, unitPrice: 1325 }],
      },
    ]);
    expect(plan.notes).toEqual([]);
  });

  test('what is doubtful is taken and told', () => {
    const { notes } = orders('单号,日期,菜名,数量,单价,金额,渠道\n1,2026-01-01,豆浆,2,6,10,口碑\n');
    expect(notes).toEqual([
      '1 row: the channel is not known; they count as eaten in',
      '1 row: the amount is not price times quantity (a discount?); the price was taken',
    ]);
  });
});
