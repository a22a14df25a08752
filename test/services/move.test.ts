import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { createLog } from '../../kernel/log.ts';
import type { App } from '../app.ts';
import { clientsOf } from '../clients.ts';
import { counterOf, type Told } from '../counter.ts';
import { describeOnServers } from '../servers/suite.ts';
import { type Mover, startMover } from './mover.ts';

const KITCHEN = 'query ($storeId: ID!) { kitchen(storeId: $storeId) { order { id } } }';

describeOnServers('the data of a product, moved from SQLite to MySQL', () => {
  let mover: Mover;
  /** Two orders that the guest placed before the move, with their keys; the second is paid. */
  const before: { input: object; answer: Told }[] = [];

  beforeAll(async () => {
    mover = await startMover(async (counter, { guest, noodles }) => {
      for (const _ of ['first', 'second']) {
        const input = await counter.placing(guest, counter.cart([noodles, 2]));
        before.push({ input, answer: await counter.run(guest, 'placeOrder', input) });
      }
      expect(await counter.pay(guest, before[1]?.answer.id)).toMatchObject({ state: 'PAID' });
    });
  });
  afterAll(() => mover.close());
  beforeEach(() => mover.begin());

  /** Moves what is there, to the end. */
  async function expectMoved(rows?: RegExp) {
    const { code, output } = await mover.move();
    expect(output).toMatch(/^\d+ rows were moved; .* the same on both sides\.$/m);
    if (rows) expect(output).toMatch(rows);
    expect(code).toBe(0);
  }

  test('is what the product goes on with: orders, people, tokens, keys, and events on their way', async () => {
    await expectMoved(/orders +customer_order +2\n/);

    await using product = mover.start();
    const [, url = ''] = await product.printed(/Graph +(http:\S+)\/graphql/);
    const clients = clientsOf(url);
    const { restaurant } = mover;
    const { guest, waiter, cook, shop, tea } = restaurant;
    const counter = counterOf(clients as App, restaurant);

    // The tokens of before still stand for whom they did, and the keys for what they did.
    for (const { input, answer } of before) expect((await counter.run(guest, 'placeOrder', input)).id).toBe(answer.id);
    expect(await counter.order(guest, before[0]?.answer.id)).toMatchObject({ state: 'AWAITING_PAYMENT', total: 5600 });
    const paid = await counter.order(guest, before[1]?.answer.id);
    expect(paid).toMatchObject({ state: 'PAID', payments: [{ provider: 'demo', amount: 5600, state: 'SUCCEEDED' }] });
    const signIn = 'mutation { signInStaff(input: { name: "Head Office", pin: "123456" }) { me { __typename } } }';
    expect((await clients.ask(signIn)).signInStaff.me).toEqual({ __typename: 'StaffMember' });

    // The kitchen, which never heard of the paid order, does now.
    const tickets = async () => (await clients.ask(KITCHEN, { storeId: shop.storeId }, cook.token)).kitchen;
    let found = await tickets();
    while (found.length === 0) found = await tickets();
    expect(found).toEqual([{ order: { id: paid.id } }]);

    expect((await counter.place(waiter, counter.cart([tea, 1]))).pickupNumber).toBe(paid.pickupNumber + 1);
  });

  test('is the same where databases differ: letters, spaces, quotes, numbers, JSON, rows of a migration', async () => {
    const { put, ask, table } = mover;
    const names = ['Tea', 'tea', 'Tea ', ' Tea', 'TEÄ', '茶 🍵', `'; -- \\' " \\\\ % _ \` ?`, '', 'a\0b\r\n\t\x1a'];
    for (const [index, name] of names.entries())
      put('menu', 'insert into category values (?, ?, ?)', `x${index}`, name, 1);
    const numbers = {
      k: 2n ** 31n,
      K: -(2n ** 31n) - 1n,
      'k ': 2n ** 53n - 1n,
      ß: 2n ** 53n + 1n,
      ss: -(2n ** 63n),
      '🍜': 0n,
    };
    const payment = "insert into payment values (?, 'o', 'p', ?, 'CNY', 's', ?, null, '', 0, 0, 0, null)";
    for (const [id, amount] of Object.entries(numbers)) put('orders', payment, id, amount, '注'.repeat(20_000));
    const documents = [
      '{"b":1,"a":{"é":"🍜","c":[1.50,-0.0,1e3,null,true,{}]}}',
      ...['5', '"5"', 'null', '1.5', '[]', '"\\u0000 \\ud83c\\udf5c \\\\ud83c"'],
      ` { "long" : "${'x'.repeat(200_000)}" } `,
    ];
    const insert = "insert into outbox_event (id, name, aggregate, version, at, payload) values (?, 'n', 'a', 1, 1, ?)";
    for (const [index, text] of documents.entries()) put('devices', insert, `e${index}`, text);
    const receipt = '🧾'.repeat(500_000);
    const job = 'insert into print_job (id, store_id, order_id, kind, state, content, created_at)';
    put('devices', `${job} values ('j', 's', 'o', 'k', 's', ?, 1)`, receipt);
    put('members', "update points_account set balance = -9007199254740991 where id = 'programme'");

    await expectMoved();

    const categories = await ask(`select name from ${table('menu', 'category')} where id like 'x%' order by id`);
    expect(categories.map((row) => row['name'])).toEqual(names);
    const read = 'cast(amount as char) as amount, action, paid_at, char_length(reference) as length';
    for (const [id, amount] of Object.entries(numbers))
      expect(await ask(`select ${read} from ${table('orders', 'payment')} where id = ?`, [id])).toEqual([
        { amount: String(amount), action: '', paid_at: null, length: 20_000 },
      ]);
    const event = `${table('devices', 'outbox_event')} where name = 'n' order by id`;
    const payloads = await ask(`select cast(payload as char) as payload from ${event}`);
    expect(payloads.map((row) => JSON.parse(row['payload']))).toEqual(documents.map((text) => JSON.parse(text)));
    expect(await ask(`select content from ${table('devices', 'print_job')}`)).toEqual([{ content: receipt }]);
    const programme = `${table('members', 'points_account')} where id = 'programme'`;
    expect(await ask(`select balance from ${programme}`)).toEqual([{ balance: -(2 ** 53 - 1) }]);
  });

  test('and cut off on the way, is of no use to a start; the next move begins anew, and one after it is refused', async () => {
    const { put, ask, table } = mover;
    put(
      'orders',
      `insert into order_line with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
       select 'n' || i, 'o', i, null, null, 'Noodles', 'R', '[]', '[]', 1, 1, 1, 0, 0, 0, 1, i % 2, null, null from n`,
    );
    await using first = mover.command();
    await first.printed(/menu: \d+ rows copied/);
    first.child.kill('SIGKILL');
    await first.ended();
    await mover.expectRefusedStart();
    put('orders', "delete from order_line where id = 'n1'");
    await expectMoved(/orders +order_line +60001\n/);
    expect(await ask(`select count(*) as n from ${table('orders', 'order_line')} where gift`)).toEqual([{ n: 29_999 }]);
    const { code, output } = await mover.move();
    expect(output).toMatch(/^The database \S+ holds data already, [^\n]+\n$/);
    expect(code).toBe(1);
  });

  test('and changed by the server, is found to differ, and of no use to a start', async () => {
    const { ask, table, namespace } = mover;
    const { name, migrations, entities = [] } = modules.find((module) => module.name === 'orders')!;
    const storage = { kind: 'mysql', url: process.env['DATABASE_URL']!, namespace } as const;
    await (await openDatabase({ name, storage, entities, migrations, log: createLog('silent') })).close();
    const line = table('orders', 'order_line');
    const trigger = table('orders', 'rounding');
    await ask(`create trigger ${trigger} before insert on ${line} for each row set new.total = new.total - 1`);
    const { code, output } = await mover.move();
    expect(output).toMatch(
      /^orders, order_line: 2 rows here \(\w+\), 2 there \(\w+\); the first that differs: id \S+$/m,
    );
    expect(output).toMatch(/the product refuses it. Run the move again.$/m);
    expect(code).toBe(1);
    await mover.expectRefusedStart();
    await ask(`drop trigger ${trigger}`);
    await expectMoved();
  });
});
