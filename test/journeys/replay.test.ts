import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sqliteTables } from '../../cli/replay/check/tables.ts';
import { checkBooks } from '../../cli/replay/checker.ts';
import { type Day, readDay } from '../../cli/replay/day.ts';
import { play } from '../../cli/replay/play.ts';
import type { Played } from '../../cli/replay/played.ts';
import { setScene } from '../../cli/replay/scene.ts';
import { timings } from '../../cli/replay/timings.ts';
import { replayCommand } from '../../cli/replay.ts';
import { type App, startApp } from '../app.ts';
import { type Files, files, gbk, runHere } from '../command.ts';
import { headquarters, type Person } from '../people.ts';
import { run } from '../process.ts';
import { key, write } from '../shop.ts';

const DATE = '2026-03-01';
const SALES = `order,date,time,dish,size,category,price
1,${DATE},11:00,Beef noodles,L,Noodles,32.10
1,${DATE},11:00,Beef noodles,L,Noodles,32.10
1,${DATE},11:00,Soy milk,S,Drinks,6.05
2,${DATE},11:05,Beef noodles,S,Noodles,28
3,${DATE},11:06,Soy milk,S,Drinks,6.05
4,${DATE},11:10,"Dumplings, pan-fried",L,Snacks,18.99
4,${DATE},11:10,Soy milk,L,Drinks,8
5,${DATE},11:12,Beef noodles,L,Noodles,32.10
6,${DATE},11:15,Soy milk,S,Drinks,6.25
7,2026-03-02,11:15,Soy milk,S,Drinks,6.25
`;

/** Merged cells, a weighed dish, a dish that went back, and an order that was a gift. */
const TILL = [
  '老街面馆 菜品明细,,,,,,,,',
  '订单号,下单时间,菜品名称,规格,数量,单位,单价(元),小计,菜品状态',
  'D1,2026-03-01 11:00,牛肉面,大,2,碗,32.10,64.20,正常',
  ',,卤蛋,,1,个,2.00,2.00,赠送',
  'D2,2026-03-01 11:05,基围虾,,0.85,斤,48.00,40.80,正常',
  'D3,2026-03-01 11:06,豆浆,,3,杯,5.00,15.00,正常',
  ',,豆浆,,-1,杯,5.00,-5.00,退菜',
  'D4,2026-03-01 11:06,豆浆,,1,杯,5.00,5.00,赠送',
  'D5,2026-03-02 11:06,豆浆,,1,杯,5.00,5.00,正常',
  '合计,,,,10,,,127.00,',
].join('\r\n');

describe('a day of a till is played through the product', () => {
  let app: App;
  let hq: Person;
  let folder: Files;

  beforeAll(async () => {
    app = await startApp();
    hq = await headquarters(app);
    folder = files();
    folder.put('sales.csv', SALES);
  });

  afterAll(async () => {
    folder[Symbol.dispose]();
    await app[Symbol.asyncDispose]();
  });

  test('every order is placed, paid, cooked and served, and the books agree', async () => {
    const { code, said } = await runHere(
      replayCommand,
      folder.path('sales.csv'),
      '--date',
      DATE,
      '--url',
      app.url,
      '--data',
      app.dataDir,
    );
    expect(said).toMatch(/orders {5}6\n {2}revenue {4}169\.64\n/);
    for (const step of ['quote', 'place', 'pay', 'ticket shown', 'completed'])
      expect(said).toMatch(new RegExp(`${step} +6 +\\d+\\.\\d +\\d+\\.\\d`));
    expect(said).toContain('no difference');
    expect(code).toBe(0);
  });

  test('a till in China is played with its merged cells, weights, returns and gifts', async () => {
    const till = folder.put('till.csv', gbk(TILL));
    const { code, said } = await runHere(replayCommand, till, '--date', DATE, '--url', app.url, '--data', app.dataDir);
    expect(said).toMatch(/orders {5}4\n {2}revenue {4}115\.00\n/);
    expect(said).toContain('no difference');
    expect(code).toBe(0);
  });

  test('a replay that is interrupted leaves nothing behind', async () => {
    const temporary = folder.path('temporary');
    mkdirSync(temporary);
    await using command = run('replay', [folder.path('sales.csv'), '--date', DATE], { TMPDIR: temporary });
    await command.printed(/orders of/);
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^dinegraph-replay-/)]);
    command.child.kill('SIGINT');
    // The product of its own shares its output, which ends with both.
    await command.ended();
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('a day that the file does not have is one line', async () => {
    const { code, screen } = await runHere(replayCommand, folder.path('sales.csv'), '--date', '2026-04-01');
    expect([code, screen]).toEqual([1, expect.stringContaining('has no order of 2026-04-01')]);
  });

  describe('the checker', () => {
    let day: Day;
    let played: Played;

    beforeAll(async () => {
      // With a discount to be divided among the lines.
      const rule = { kind: 'PERCENT_OFF', percent: 7 };
      await write(
        app,
        hq,
        'createPromotion',
        'CreatePromotionInput',
        { idempotencyKey: key(), name: 'Spring', rule },
        'id',
      );
      const format = { currency: 'CNY', dayOrder: undefined, dailyNumbers: false, fillDown: false, timeZone: 'UTC' };
      day = readDay(folder.path('sales.csv'), DATE, format, new Map());
      const scene = await setScene({ url: app.url, staff: 'Head Office', pin: '123456' }, day, DATE, 'CNY');
      const { orders, failures } = await play(scene, day, { concurrency: 3, times: timings(), onDone: () => {} });
      expect(failures).toEqual([]);
      for (const { socket } of [...scene.diners, scene.waiter, scene.cook]) await socket.dispose();
      played = { ...scene, orders, ordered: day.revenue };
      await app.settled();
    });

    test('finds nothing where nothing is wrong, discounts included', async () => {
      await using tables = sqliteTables(app.dataDir);
      expect(await checkBooks(tables, played)).toEqual([]);
      const paid = played.orders.reduce((sum, { total }) => sum + total, 0);
      expect(paid).toBeLessThan(day.revenue);
    });

    test('takes an order that was left before it was paid for nothing more than that', async () => {
      const [first, ...others] = played.orders;
      await using tables = sqliteTables(app.dataDir);
      const left = { ...(first as Played['orders'][number]), unpaid: true };
      const differences = await checkBooks(tables, { ...played, orders: [left, ...others] });
      for (const difference of [
        /state: expected AWAITING_PAYMENT, found COMPLETED/,
        /payments: expected 0, found 1/,
        /has tickets and is not paid/,
        /reservation: expected HELD, found COMMITTED/,
        /times it earned points: expected 0, found 1/,
        /reserved: expected \d+, found 0/,
      ])
        expect(differences).toContainEqual(expect.stringMatching(difference));
    });

    const anOrder = '(select id from customer_order where store_id = $store order by id limit 1)';
    const aTicket = '(select id from kitchen_ticket where store_id = $store order by id limit 1)';
    const anItem = '(select id from stock_item where store_id = $store order by id limit 1)';

    test.each<[string, string, string, RegExp]>([
      [
        'an order’s total',
        'orders',
        `update customer_order set total = total + 1 where id = ${anOrder}`,
        /total of its lines/,
      ],
      [
        'an order’s state',
        'orders',
        `update customer_order set state = 'READY' where id = ${anOrder}`,
        /state: expected COMPLETED, found READY/,
      ],
      ['an order that is gone', 'orders', `delete from customer_order where id = ${anOrder}`, /is not stored/],
      [
        'a line’s discount',
        'orders',
        `update order_line set discount = discount + 1 where order_id = ${anOrder}`,
        /discount of its lines/,
      ],
      ['a line’s tax', 'orders', `update order_line set tax = tax + 1 where order_id = ${anOrder}`, /tax of/],
      [
        'a line’s price',
        'orders',
        `update order_line set unit_price = unit_price - 1 where order_id = ${anOrder}`,
        /price of/,
      ],
      [
        'a pick-up number',
        'orders',
        `update customer_order set pickup_number = 99 where id = ${anOrder}`,
        /pick-up numbers/,
      ],
      ['an amount paid', 'orders', `update payment set amount = amount - 1 where order_id = ${anOrder}`, /amount paid/],
      [
        'a payment that is gone',
        'orders',
        `delete from payment where order_id = ${anOrder}`,
        /payments: expected 1, found 0/,
      ],
      ['the provider’s books', 'demo-payment', 'update demo_charge set amount = amount + 1', /in the provider's books/],
      [
        'a ticket’s state',
        'devices',
        `update kitchen_ticket set state = 'READY' where id = ${aTicket}`,
        /state of ticket/,
      ],
      [
        'a ticket that is gone',
        'devices',
        `delete from kitchen_ticket where id = ${aTicket}`,
        /portions of .* on its tickets/,
      ],
      [
        'a dish on a ticket',
        'devices',
        `update ticket_line set quantity = quantity + 1 where ticket_id = ${aTicket}`,
        /on its tickets/,
      ],
      [
        'a receipt that is gone',
        'devices',
        "delete from print_job where kind = 'RECEIPT' and store_id = $store",
        /receipts: expected 1, found 0/,
      ],
      ['a slip that is gone', 'devices', `delete from print_job where ticket_id = ${aTicket}`, /slips of ticket/],
      ['points earned', 'members', 'update points_transfer set points = points + 1', /points for order/],
      ['points not earned', 'members', 'delete from points_transfer', /times it earned points: expected 1, found 0/],
      [
        'an entry of points',
        'members',
        "update points_entry set points = points + 1 where account_id = 'programme'",
        /points transfer .* out of programme/,
      ],
      [
        'a balance of points',
        'members',
        "update points_account set balance = balance + 1 where id != 'programme'",
        /balance: expected/,
      ],
      [
        'stock',
        'inventory',
        `update stock_item set on_hand = on_hand + 1 where id = ${anItem}`,
        /stock of .*: expected/,
      ],
      [
        'reserved stock',
        'inventory',
        `update stock_item set reserved = 1 where id = ${anItem}`,
        /reserved: expected 0, found 1/,
      ],
      [
        'a move of stock',
        'inventory',
        `delete from stock_move where kind = 'SOLD' and stock_item_id = ${anItem}`,
        /sum of its moves/,
      ],
      [
        'a reservation',
        'inventory',
        "update reservation set state = 'HELD'",
        /reservation: expected COMMITTED, found HELD/,
      ],
      [
        'an event not delivered',
        'orders',
        "insert into outbox_delivery values ('e', 'devices', 'o', 1, 'DEAD', 12, 0, 'no')",
        /was not applied by devices: DEAD/,
      ],
    ])('names %s', async (_, module, sql, difference) => {
      const copy = mkdtempSync(join(tmpdir(), 'dinegraph-tampered-'));
      try {
        cpSync(app.dataDir, copy, { recursive: true });
        const database = new DatabaseSync(join(copy, `${module}.sqlite`));
        const statement = database.prepare(sql);
        const { changes } = sql.includes('$store') ? statement.run({ store: played.storeId }) : statement.run();
        database.close();
        expect(changes).toBeGreaterThan(0);
        await using tables = sqliteTables(copy);
        expect(await checkBooks(tables, played)).toContainEqual(expect.stringMatching(difference));
      } finally {
        rmSync(copy, { recursive: true });
      }
    });
  });
});
