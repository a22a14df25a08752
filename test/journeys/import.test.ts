import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importCommand } from '../../cli/import.ts';
import { type App, startApp } from '../app.ts';
import { type Files, files, gbk, runHere } from '../command.ts';
import { headquarters, type Person, staff } from '../people.ts';
import { key, write } from '../shop.ts';

const STORE = '徐汇店';

/** A till's export as it comes: a title, its own headers, GBK, lines of Windows, a total, and dirt. */
const MENU = gbk(
  [
    '某某面馆 商品资料',
    '',
    '商品编号,商品名称,规格,商品分类,销售价（元）',
    '001,红烧牛肉面,大,面类,32.00',
    '002,红烧牛肉面,小,面类,28.00',
    '003,"酸梅汤, 冰",,饮料,￥6.5',
    '004,卤蛋,,小吃,-2',
    '005,,,小吃,3.00',
    '006,凉菜拼盘,,小吃,时价',
    '合计,,,,69.50',
    '',
  ].join('\r\n'),
);

const ORDERS = gbk(
  [
    '流水号,下单时间,商品名称,规格,数量,单价,就餐方式',
    'T001,2026/3/1 11:58,红烧牛肉面,大,2,32.00,堂食',
    'T002,2026/3/1 12:01,红烧牛肉面,小,1,28.00,外卖',
    'T001,2026/3/1 11:59,"酸梅汤, 冰",,1,6.50,堂食',
    'T003,2026/3/1 12:05,卤蛋,,-1,2.00,堂食',
    'T003,2026/3/1 12:05,红烧牛肉面,小,1,28.00,堂食',
    'T004,2026/2/30 12:05,红烧牛肉面,小,1,28.00,堂食',
    'T005,2026/3/2 00:30,"酸梅汤, 冰",,3,6.50,自提',
    'T006,2026/3/2 12:00,红烧牛',
  ].join('\r\n'),
);

describe('a restaurant brings its till along', () => {
  let app: App;
  let hq: Person;
  let folder: Files;
  let storeId: string;
  const run = (...args: string[]) => runHere(importCommand, ...args, '--url', app.url);

  beforeAll(async () => {
    app = await startApp();
    hq = await headquarters(app);
    folder = files();
    folder.put('menu.csv', MENU);
    folder.put('orders.csv', ORDERS);
  });

  afterAll(async () => {
    folder[Symbol.dispose]();
    await app[Symbol.asyncDispose]();
  });

  test('the menu opens the store with its dishes and sizes, and each bad row is named', async () => {
    const { code, said } = await run('menu', folder.path('menu.csv'), '--store', STORE);
    expect(said).toContain('2 in the file, 2 new');
    expect(said).toContain('3 in the file, 3 new');
    expect(said).toContain('line 7  PRICE_NEGATIVE: -2 is below zero  [004,卤蛋,,小吃,-2]');
    expect(said).toContain('line 8  NAME_MISSING');
    expect(said).toContain('line 9  PRICE_NOT_A_NUMBER: 时价 is not an amount');
    expect(said).toContain('read as GB18030');
    expect(code).toBe(2);

    const { stores } = await app.ask(
      'query ($name: String!) { stores(name: $name) { edges { node { id currency } } } }',
      {
        name: STORE,
      },
    );
    storeId = stores.edges[0].node.id;
    const { menu } = await app.ask(
      `query ($id: ID!) { menu(storeId: $id) { categories { category { name } items { name soldOut
        specs { name price(channel: DINE_IN) } portionsLeft } } } }`,
      { id: storeId },
    );
    const dishes = menu.categories.flatMap((heading: { category: object; items: object[] }) =>
      heading.items.map((item) => ({ ...heading.category, ...item })),
    );
    expect(dishes).toHaveLength(2);
    expect(dishes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: '红烧牛肉面',
          portionsLeft: null,
          specs: expect.arrayContaining([
            { name: '大', price: 3200 },
            { name: '小', price: 2800 },
          ]),
        }),
        expect.objectContaining({ name: '酸梅汤, 冰', specs: [{ name: 'Regular', price: 650 }] }),
      ]),
    );
  });

  test('the orders come in whole or not at all, and set nothing off', async () => {
    const tea = await write(
      app,
      hq,
      'createStockItem',
      'CreateStockItemInput',
      { idempotencyKey: key(), storeId, name: 'Plum', unit: 'GRAM', onHand: 500 },
      'id',
    );
    const { menu } = await app.ask('query ($id: ID!) { menu(storeId: $id) { categories { items { id } } } }', {
      id: storeId,
    });
    for (const { id } of menu.categories.flatMap(({ items }: { items: object[] }) => items))
      await write(
        app,
        hq,
        'setRecipe',
        'SetRecipeInput',
        { storeId, menuItemId: id, ingredients: [{ stockItemId: tea.id, quantity: 1 }] },
        'specId',
      );

    const report = folder.path('refused.csv');
    const { code, said } = await run('orders', folder.path('orders.csv'), '--store', STORE, '--report', report);
    expect(said).toContain('3 created, 0 unchanged, 3 refused');
    expect(said).toContain('8 read, 3 refused, 1 more belong to refused orders');
    expect(said).toContain('118.00 CNY');
    expect(code).toBe(2);
    expect(
      readFileSync(report, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join(' ')),
    ).toEqual(['"line" "code"', '"5" "QUANTITY_NEGATIVE"', '"7" "DATE_INVALID"', '"9" "ROW_BROKEN"']);

    const { orders } = await app.ask(
      `query ($id: ID!) { orders(storeId: $id, first: 10) { edges { node {
        externalId state channel businessDay placedAt total diner { id } pickupNumber payments { id } tickets { id }
        lines { name specName quantity unitPrice item { id } } } } } }`,
      { id: storeId },
      hq.token,
    );
    const past = orders.edges.map(({ node }: { node: { externalId: string } }) => node);
    expect(past.map(({ externalId }: { externalId: string }) => externalId).sort()).toEqual(['T001', 'T002', 'T005']);
    expect(past).toContainEqual(
      expect.objectContaining({
        externalId: 'T001',
        state: 'COMPLETED',
        channel: 'DINE_IN',
        placedAt: '2026-03-01T03:58:00.000Z',
        total: 7050,
        diner: null,
        pickupNumber: null,
        payments: [],
        tickets: [],
      }),
    );
    // Half past midnight belongs to the evening before.
    expect(past).toContainEqual(
      expect.objectContaining({ externalId: 'T005', businessDay: '2026-03-01', channel: 'TAKEAWAY' }),
    );

    await app.settled();
    const count = async (module: string, table: string) => {
      const [found] = await app.sql<{ amount: number }>(module, `select count(*) as amount from ${table}`);
      return found?.amount;
    };
    expect(await count('devices', 'kitchen_ticket')).toBe(0);
    expect(await count('devices', 'print_job')).toBe(0);
    expect(await count('members', 'points_transfer')).toBe(0);
    expect(await count('inventory', 'reservation')).toBe(0);
    expect(await count('inventory', 'stock_move')).toBe(1);
    expect(await count('orders', 'outbox_event')).toBe(0);
  });

  test('a second run changes nothing and says so', async () => {
    const menu = await run('menu', folder.path('menu.csv'), '--store', STORE);
    expect(menu.said).toContain('0 new, 0 with a new price, 3 unchanged');
    expect(menu.said).toContain('Nothing changed');
    const orders = await run('orders', folder.path('orders.csv'), '--store', STORE);
    expect(orders.said).toContain('0 created, 3 unchanged, 3 refused');
    expect(orders.said).toContain('118.00 CNY');
    expect(orders.said).toContain('Nothing changed');
  });

  test('a row that is put right comes in with the next run, and a dearer dish gets its price', async () => {
    folder.put('right.csv', '订单号,时间,菜名,规格,数量,单价\nT004,2026-03-01 12:05,红烧牛肉面,小,1,28\n');
    const { code, said } = await run('orders', folder.path('right.csv'), '--store', STORE);
    expect([code, said.includes('1 created, 0 unchanged, 0 refused')]).toEqual([0, true]);
    folder.put('dearer.csv', 'name,size,price\n红烧牛肉面,小,30\n');
    expect((await run('menu', folder.path('dearer.csv'), '--store', STORE)).said).toContain(
      '0 new, 1 with a new price',
    );
  });

  test('an order that differs from the one that is there is not passed over in silence', async () => {
    folder.put('other.csv', '订单号,时间,菜名,规格,数量,单价\nT004,2026-03-01 12:05,红烧牛肉面,小,1,29\n');
    const { code, said } = await run('orders', folder.path('other.csv'), '--store', STORE);
    expect(said).toContain('28.00 CNY; the file says 29.00');
    expect(code).toBe(2);
  });

  test('what stands in the way is one line, and nothing has changed', async () => {
    const empty = folder.put('empty.csv', '');
    const header = folder.put('header.csv', '菜名,单价\n');
    const dishes = folder.put('dishes.csv', '菜名,费用\n面,3\n');
    const fails = async (...args: string[]) => {
      const { code, screen } = await run(...args);
      expect(code).toBe(1);
      return screen.trim();
    };
    expect(await fails('menu', empty, '--store', STORE)).toBe(`${empty}: the file is empty`);
    expect(await fails('menu', header, '--store', STORE)).toBe(`${header}: the file has a header and no rows`);
    expect(await fails('menu', dishes, '--store', STORE)).toBe(
      `${dishes}: no column for price was found among 菜名, 费用; name it by --map price=Column`,
    );
    expect(await fails('menu', 'nowhere.csv', '--store', STORE)).toBe('there is no file nowhere.csv');
    const menu = folder.path('menu.csv');
    expect(await fails('menu', menu, '--store', STORE, '--currency', 'USD')).toBe(`${STORE} takes CNY, not USD`);
    expect(await fails('menu', menu, '--store', STORE, '--pin', '0000')).toContain('Head Office could not sign in');
    expect(await fails('menu', menu)).toContain('--store NAME');
    expect(await fails('lunch', menu, '--store', STORE)).toContain('say what to import');
    const { code, screen } = await runHere(
      importCommand,
      'menu',
      menu,
      '--store',
      STORE,
      '--url',
      'http://127.0.0.1:9',
    );
    expect([code, screen.trim()]).toEqual([
      1,
      'no product answers at http://127.0.0.1:9; start it by npm start, or name it by --url',
    ]);
  });

  test('a store is not opened for a file of which nothing can be taken', async () => {
    const dollars = folder.put('dollars.csv', 'Item,Price\nTea,$2.00\n');
    const { code, said } = await run('menu', dollars, '--store', 'Mistake');
    expect(code).toBe(1);
    expect(said).toContain("line 2  CURRENCY_DIFFERS: $2.00 is not in the store's currency, CNY");
    expect(said).toContain('Nothing could be taken, and Mistake was not opened.');
    expect((await run('menu', dollars, '--store', 'Mistake', '--currency', 'USD')).code).toBe(0);
  });

  test('two who import the same file into a new store at once bring everything once', async () => {
    const sales = folder.put(
      'sales.csv',
      '单号,时间,菜名,单价\n1,2026-03-01 12:00,面,10\n2,2026-03-01 12:10,饭,2.50\n',
    );
    const both = await Promise.all([1, 2].map(() => run('orders', sales, '--store', '"静安" 店')));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ said }) => said.includes('2 created, 0 unchanged'))).toHaveLength(1);
    expect(both.filter(({ said }) => said.includes('0 created, 2 unchanged'))).toHaveLength(1);
  });

  test('a manager imports for the own store and opens none; a waiter imports nothing', async () => {
    const as = async (role: string) => {
      const name = `${role} ${key()}`;
      await staff(app, hq, role, [storeId], name);
      return ['--staff', name, '--pin', '4321'];
    };
    const menu = folder.path('menu.csv');
    const manager = await as('MANAGER');
    expect((await run('orders', folder.path('orders.csv'), '--store', STORE, ...manager)).said).toContain(
      '3 unchanged',
    );
    const opened = await run('menu', menu, '--store', 'Another', ...manager);
    expect([opened.code, opened.screen]).toEqual([
      1,
      expect.stringContaining('there is no store "Another" and it could not be opened'),
    ]);
    const other = await run('menu', menu, '--store', '"静安" 店', ...manager);
    expect([other.code, other.screen]).toEqual([1, expect.stringContaining('may not import for this store')]);
    const waiter = await run('menu', menu, '--store', STORE, ...(await as('WAITER')));
    expect([waiter.code, waiter.screen]).toEqual([1, expect.stringContaining('FORBIDDEN')]);
  });
});
