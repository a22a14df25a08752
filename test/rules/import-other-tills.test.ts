import { describe, expect, test } from '@jest/globals';
import { parseMapping } from '../../cli/import/columns.ts';
import { fateOf } from '../../cli/import/fate.ts';
import { parseQuantity, weighedPrice } from '../../cli/import/fields.ts';
import { MENU, planMenu } from '../../cli/import/menu.ts';
import { assertCurrency, usesDecimalComma, withDecimalPoint } from '../../cli/import/money.ts';
import { ORDERS, planOrders } from '../../cli/import/orders.ts';
import { assertCurrencyOf, readSheet } from '../../cli/import/sheet.ts';
import { findSizes } from '../../cli/import/sizes.ts';
import { decodeText } from '../../cli/import/text.ts';
import { gbk } from '../command.ts';

type Options = { currency?: string; map?: string };
const read = (kind: typeof MENU | typeof ORDERS, text: string | Uint8Array, map?: string) =>
  readSheet(typeof text === 'string' ? Buffer.from(text) : text, {
    ...kind,
    ...(kind === MENU && { sizes: 'found' }),
    mapping: parseMapping(map),
    delimiter: undefined,
    encoding: undefined,
  });
const place = { timeZone: 'Asia/Shanghai', dayOrder: undefined };
const menu = (text: string, { currency = 'CNY', map }: Options = {}) =>
  planMenu(read(MENU, text, map), currency, place);
const orders = (text: string | Uint8Array, { currency = 'CNY', map }: Options = {}) =>
  planOrders(read(ORDERS, text, map), { ...place, currency, dailyNumbers: false, fillDown: false });
const sold = (plan: ReturnType<typeof orders>) =>
  plan.orders.map(({ externalId, lines }) => [
    externalId,
    ...lines.map(({ name, spec, quantity, unitPrice }) => `${quantity} ${name} ${spec} ${unitPrice}`),
  ]);

describe('the export of a restaurant in China', () => {
  const till = [
    '某某湘菜馆（徐汇店）订单明细报表,,,,,,,',
    '统计时间：2026-03-01 至 2026-03-02,,,,,,,',
    ',,,,,,,',
    '订单号,下单时间,桌台,菜品名称,规格,数量,单价(元),小计(元),优惠(元)',
    'M01,2026-03-01 11:32:05,A01,小炒黄牛肉,大份,1份,￥58.00,58.00,5.00',
    ',,,米饭,,３份,３.００元,9.00,',
    ',,,基围虾,,0.5斤,48.00,24.00,',
    'M02,2026-03-01 12:05:41,B02,剁椒鱼头,,1份,88元,88.00,0.00',
    ',,,（赠）酸梅汤,,1扎,12,0,0',
    ',,,,,,,,',
    '合计,,,,,6,,179.00,5.00',
    '导出人：张三,,,,,,,,',
    '',
  ].join('\r\n');

  test('is read with its title, merged cells, units, weights, gifts, totals and remarks', () => {
    const plan = orders(gbk(till));
    expect(plan.refused).toEqual([]);
    expect(sold(plan)).toEqual([
      ['M01', '1 小炒黄牛肉 大份 5800', '3 米饭 Regular 300', '1 基围虾 0.5斤 2400'],
      ['M02', '1 剁椒鱼头 Regular 8800', '1 酸梅汤 Regular 0'],
    ]);
    expect(plan.notes).toEqual([
      '3 rows: no number and no date; taken with the order above (merged cells)',
      '1 row: sold by weight; taken as one portion each, with the weight as its size',
      '1 row: a discount in 优惠(元); the orders stand at their full price',
    ]);
    expect(read(ORDERS, gbk(till)).notes).toEqual([
      'the file is not UTF-8; it was read as GB18030 (GBK)',
      'the table begins in line 4; what stands above it was left out',
      'left out as totals: line 11',
      'left out as remarks below the table: line 12',
    ]);
  });

  test('takes what was given back from what was sold, and refuses a return without its sale', () => {
    const plan = orders(
      [
        '流水号,日期,商品名称,数量,单价,小计,状态',
        '1,2026/3/1,酸辣粉,3,15,45,正常',
        '1,2026/3/1,酸辣粉,-1,15,-15,退菜',
        '2,2026/3/1,酸辣粉,-1,15,-15,退菜',
        '3,2026/3/1,豆浆,1,5,5,正常',
        '3,2026/3/1,豆浆,-1,-5,-5,退菜',
        '4,2026/3/1,豆浆,2,5,10,已退款',
        '5,2026/3/1,豆浆,2,5,10,部分退款',
        '6,2026/3/1,豆浆,2,5,10,赠送',
        '6,2026/3/1,会员优惠,1,-5,-5,正常',
        '',
      ].join('\n'),
    );
    expect(sold(plan)).toEqual([
      ['1', '2 酸辣粉 Regular 1500'],
      ['6', '2 豆浆 Regular 0'],
    ]);
    expect(plan.refused.map(({ line, code }) => [line, code])).toEqual([
      [4, 'QUANTITY_NEGATIVE'],
      [8, 'PARTLY_REFUNDED'],
    ]);
    expect(plan.notes).toEqual([
      '2 orders: nothing of it was kept; left out',
      '1 row: void, cancelled or not paid; left out',
      '1 row: discounts; left out, the orders stand at their full price',
    ]);
  });

  test('leaves out a cancelled order with all the rows that are merged with it', () => {
    const plan = orders(
      '订单号,下单时间,菜品名称,单价,订单状态\n1,2026-03-01 12:00,面,20,已取消\n,,饭,2,\n2,2026-03-01 12:10,面,20,已完成\n,,饭,2,\n',
    );
    expect(sold(plan)).toEqual([['2', '1 面 Regular 2000', '1 饭 Regular 200']]);
  });

  test('may be printed in pages, and in traditional characters', () => {
    const plan = orders(
      '訂單編號,下單時間,餐點名稱,數量,單價\n1,2026/3/1 18:30,滷肉飯,2,35\n本頁小計,,,,70\n訂單編號,下單時間,餐點名稱,數量,單價\n2,2026/3/1 18:40,滷肉飯,1,35\n總計（2單）,,,,105\n',
    );
    expect(sold(plan)).toEqual([
      ['1', '2 滷肉飯 Regular 3500'],
      ['2', '1 滷肉飯 Regular 3500'],
    ]);
    expect(plan.refused).toEqual([]);
  });
});

describe('the export of an English till', () => {
  test('is read with amounts instead of prices, thousands, AM and PM, short years and voided dishes', () => {
    const plan = orders(
      'Order Id,Order #,Sent Date,Dining Option,Menu Item,Gross Price,Discount,Net Price,Qty,Tax,Void?\n' +
        '6001,1,1/15/24 12:05 PM,Dine In,"Burger, Classic","$1,025.00",$0.00,"$1,025.00",100,$90.00,FALSE\n' +
        '6001,1,1/15/24 12:05 PM,Dine In,Fries,$4.50,$0.50,$4.00,1.0,$0.30,FALSE\n' +
        '6002,2,1/15/24 1:10 PM,Take Out,Cola,$2.50,$0.00,$2.50,1,$0.20,TRUE\n' +
        '6002,2,1/15/24 1:10 PM,Take Out,Fries,$9.00,$0.00,$9.00,2,$0.60,No\n',
      { currency: 'USD' },
    );
    expect(plan.refused).toEqual([]);
    expect(sold(plan)).toEqual([
      ['6001', '100 Burger, Classic Regular 1025', '1 Fries Regular 450'],
      ['6002', '2 Fries Regular 450'],
    ]);
    expect(plan.orders[1]).toMatchObject({ placedAt: '2024-01-15T13:10:00', channel: 'TAKEAWAY' });
  });

  test('in another currency is refused, whether a column, a header or a price says so', () => {
    const byColumn = orders('Order ID,Date,Item,Price,Currency\n1,2026-03-01,Tea,2.00,USD\n');
    expect(byColumn.refused).toEqual([expect.objectContaining({ line: 2, code: 'CURRENCY_DIFFERS' })]);
    const byHeader = read(MENU, 'Item,Price ($)\nTea,2.00\n');
    expect(() => assertCurrencyOf(byHeader, 'CNY')).toThrow('the column Price ($) is not in CNY');
    expect(() => assertCurrencyOf(byHeader, 'USD')).not.toThrow();
    expect(() => assertCurrency('人民币', 'CNY')).not.toThrow();
  });

  test('with decimal commas is read so, where no amount has a point', () => {
    const text = 'order;date;item;qty;price\n1;13.01.2026;Bordeaux;1,00;1.250,00 €\n1;13.01.2026;Soup;2,00;7,50 €\n';
    expect(sold(orders(text, { currency: 'EUR' }))).toEqual([['1', '1 Bordeaux Regular 125000', '2 Soup Regular 750']]);
    expect(usesDecimalComma(['7,50', '1.250'])).toBe(true);
    expect(usesDecimalComma(['7,50', '7.50'])).toBe(false);
    expect(usesDecimalComma(['1,250', '7'])).toBe(false);
    expect(withDecimalPoint('1.250')).toBe('1250');
  });
});

describe('a menu', () => {
  test('with a price column for each size has a row for each price', () => {
    const { rows, refused } = menu(
      '菜品名称,分类,大份,中份,小份\n水煮鱼,热菜,88,68,48\n毛血旺,,78,,-\n时蔬,,时价,,\n空,,,,\n',
    );
    expect(rows.map(({ name, spec, price }) => `${name} ${spec} ${price}`)).toEqual([
      '水煮鱼 大份 8800',
      '水煮鱼 中份 6800',
      '水煮鱼 小份 4800',
      '毛血旺 大份 7800',
    ]);
    expect(refused.map(({ line, code }) => [line, code])).toEqual([
      [4, 'PRICE_NOT_A_NUMBER'],
      [5, 'PRICE_MISSING'],
    ]);
  });

  test.each<[string[], string[]]>([
    [
      ['Item', 'Small ($)', 'Medium ($)', 'Large ($)'],
      ['Small', 'Medium', 'Large'],
    ],
    [
      ['Wine', 'Glass', 'Bottle'],
      ['Glass', 'Bottle'],
    ],
    [
      ['Pizza', '9"', '12 inch price'],
      ['9"', '12 inch'],
    ],
    [
      ['名称', '价格(大)', '价格(小)'],
      ['大', '小'],
    ],
    [
      ['名称', '大杯价', '中杯价'],
      ['大杯', '中杯'],
    ],
    [['名称', '规格', '价格', '大份'], []],
    [['Item', 'Size', 'Price', 'Sold by'], []],
  ])('headed %j has the sizes %j', (headers, sizes) =>
    expect(findSizes(headers, 'found').map(({ name }) => name)).toEqual(sizes),
  );

  test('divided by headings has them as categories, and a dish without a price stays a dish', () => {
    const { rows, refused, notes } = menu('菜名,价格\n【热菜】,\n宫保鸡丁,38\n皮蛋豆腐,\n【主食】,\n米饭,3\n');
    expect(rows.map(({ name, category }) => [name, category])).toEqual([
      ['宫保鸡丁', '热菜'],
      ['米饭', '主食'],
    ]);
    expect(refused).toEqual([expect.objectContaining({ line: 4, code: 'PRICE_MISSING' })]);
    expect(notes).toEqual(['rows of one cell were read as headings: 热菜, 主食']);
  });

  test('with merged cells names each dish and category once', () => {
    const { rows } = menu('分类,菜品名称,规格,售价\n面类,牛肉面,大,32\n,,小,28\n,炸酱面,大,26\n饮料,豆浆,,5\n');
    expect(rows.map(({ name, spec, category }) => [category, name, spec])).toEqual([
      ['面类', '牛肉面', '大'],
      ['面类', '牛肉面', '小'],
      ['面类', '炸酱面', '大'],
      ['饮料', '豆浆', 'Regular'],
    ]);
  });

  test('of sizes has its dishes in the only other column, whatever that is called', () => {
    const { rows } = menu('Pizza,Small ($),Large ($)\nMargherita,8,13\n', { currency: 'USD' });
    expect(rows.map(({ name, spec }) => `${name} ${spec}`)).toEqual(['Margherita Small', 'Margherita Large']);
    expect(() => menu('Wine,Region,Glass,Bottle\nRiesling,Mosel,8,38\n')).toThrow('no column for name');
  });

  test('leaves out what is not on sale any more', () => {
    const { rows, notes } = menu('菜名,售价,状态\n面,10,上架\n旧菜,8,已下架\n');
    expect(rows.map(({ name }) => name)).toEqual(['面']);
    expect(notes).toEqual(['left out as not on sale: line 3']);
  });

  test('read from orders takes no price from a gift', () => {
    const { rows } = menu('单号,日期,菜名,单价,状态\n1,2026-03-01,豆浆,5,正常\n2,2026-03-02,豆浆,0,赠送\n');
    expect(rows).toEqual([expect.objectContaining({ name: '豆浆', price: 500 })]);
  });
});

describe('a row', () => {
  test.each<[string, string, object]>([
    ['2份', '', { quantity: 2 }],
    ['２', '', { quantity: 2 }],
    ['x3', '', { quantity: 3 }],
    ['1.00', '碗', { quantity: 1 }],
    ['-1', '', { quantity: -1 }],
    ['0.50斤', '', { quantity: 1, weight: '0.5斤' }],
    ['0.85', '斤', { quantity: 1, weight: '0.85斤' }],
    ['1.2 kg', '', { quantity: 1, weight: '1.2kg' }],
  ])('with %s %s sold %j', (text, unit, quantity) => expect(parseQuantity(text, unit)).toEqual(quantity));

  test.each([
    ['', 'QUANTITY_MISSING'],
    ['0', 'QUANTITY_ZERO'],
    ['1.5', 'QUANTITY_NOT_WHOLE'],
    ['若干', 'QUANTITY_NOT_A_NUMBER'],
    ['2元', 'QUANTITY_NOT_A_NUMBER'],
  ])('with "%s" is refused as %s', (text, code) =>
    expect(() => parseQuantity(text)).toThrow(expect.objectContaining({ code })),
  );

  test('that was weighed costs its amount, or its price by its weight where that comes out even', () => {
    expect(weighedPrice('48', '24.00', '0.5斤', 'CNY')).toBe(2400);
    expect(weighedPrice('48', '', '0.85斤', 'CNY')).toBe(4080);
    expect(() => weighedPrice('9.99', '', '0.333斤', 'CNY')).toThrow(
      expect.objectContaining({ code: 'PRICE_TOO_FINE' }),
    );
  });

  test.each([
    [{ status: '已完成' }, 'sold'],
    [{ status: '未退菜' }, 'sold'],
    [{ status: 'Paid' }, 'sold'],
    [{ status: 'Unpaid' }, 'void'],
    [{ status: '待支付' }, 'void'],
    [{ status: 'Completed' }, 'sold'],
    [{ status: 'Comp' }, 'given'],
    [{ status: '部分退款' }, 'partly'],
    [{ status: '3' }, 'unknown'],
    [{ void: 'Yes' }, 'void'],
    [{ void: '否' }, 'sold'],
    [{ void: '0' }, 'sold'],
    [{ gift: '是' }, 'given'],
    [{ gift: '0.00' }, 'sold'],
    [{ name: '【退菜】红烧肉' }, 'void'],
  ])('with %j was %s', (cells, fate) =>
    expect(fateOf({ status: '', void: '', gift: '', name: '', ...cells })).toBe(fate),
  );

  test('that ends a file without an end, and ends unlike all others, is refused', () => {
    const text = '单号,日期,菜名,单价\n1,2026-03-01,面,10.00\n1,2026-03-01,面,10.00\n2,2026-03-01,面,123';
    expect(orders(text).refused).toEqual([expect.objectContaining({ line: 4, code: 'ROW_BROKEN' })]);
    expect(orders(`${text}4.50`).refused).toEqual([]);
  });
});

describe('the bytes of a file', () => {
  test('are UTF-16 without its mark, when every other one is zero', () => {
    expect(decodeText(Buffer.from('name,price\nTea,5\n', 'utf16le')).text).toBe('name,price\nTea,5\n');
  });

  test.each<[string, Uint8Array, string]>([
    ['Western letters, which GB18030 would garble', Buffer.from('name,price\nCrème,7\n', 'latin1'), 'windows-1252'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2]), 'not text'],
    ['a PDF', Buffer.from('%PDF-1.4'), 'a PDF'],
  ])('are refused when they are %s', (_, bytes, line) => expect(() => decodeText(bytes)).toThrow(line));

  test('are no table when they are a web page', () =>
    expect(() => menu('<html><table><tr><td>name</td></tr></table></html>')).toThrow('a web page'));
});
