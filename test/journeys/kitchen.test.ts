import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { part, till } from '../kitchen.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { key, openShop, write } from '../shop.ts';

const counter = till();
const clock = testClock();
let app: App;
let hq: Person;
let storeId: string;
let manager: Person;
let cook: Person;
let waiter: Person;

beforeAll(async () => {
  const needed = ['menu', 'members', 'devices', 'demo-sign-in'];
  app = await startApp({ modules: [...modules.filter(({ name }) => needed.includes(name)), counter.module], clock });
  hq = await headquarters(app);
  ({ storeId } = await openShop(app, hq));
  manager = await staff(app, hq, 'MANAGER', [storeId]);
  cook = await staff(app, hq, 'COOK', [storeId]);
  waiter = await staff(app, hq, 'WAITER', [storeId]);
});
afterAll(() => app[Symbol.asyncDispose]());

const TICKET =
  'id state tableName pickupNumber note dueAt station { id name } order { id } lines { name quantity modifiers note }';
const KITCHEN = `query ($storeId: ID!, $stationId: ID) { kitchen(storeId: $storeId, stationId: $stationId) { ${TICKET} } }`;
const CHANGES = `subscription ($storeId: ID!, $stationId: ID) {
  kitchenChanged(storeId: $storeId, stationId: $stationId) { snapshot version removedIds tickets { ${TICKET} } }
}`;

/** A store of its own, so that no other story's tickets stand in its kitchen. */
const newStore = async () => (await openShop(app, hq)).storeId;

const station = (store: string, name: string, more: object = {}): Promise<{ id: string; isDefault: boolean }> =>
  write(
    app,
    hq,
    'createStation',
    'CreateStationInput',
    { idempotencyKey: key(), storeId: store, name, ...more },
    'id isDefault dishIds categoryIds',
  );

const kitchen = async (store: string, stationId?: string) =>
  (await app.ask(KITCHEN, { storeId: store, stationId }, hq.token)).kitchen;

const advance = (ticketId: string, to: string, who = hq, idempotencyKey = key()) =>
  app.graph(
    'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { id state startedAt readyAt servedAt } }',
    { input: { idempotencyKey, ticketId, to } },
    who.token,
  );

const codeOf = ({ errors }: { errors?: { extensions: { code: string } }[] }) => errors?.[0]?.extensions.code;

/** Opens a kitchen's subscription; `next` is the next frame's change, or the error's code. */
function watch(store: string, token: string | undefined, stationId?: string) {
  const frames = app.sockets(token).iterate({ query: CHANGES, variables: { storeId: store, stationId } });
  return {
    async next() {
      const { value, done } = await frames.next();
      if (done) return 'ended';
      // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
      const { data, errors } = value as any;
      return errors ? codeOf({ errors }) : data.kitchenChanged;
    },
    close: () => frames.return?.(),
  };
}

/** Pays and waits until the kitchen has it. */
async function paid(...order: Parameters<typeof counter.pay>): Promise<string> {
  const orderId = await counter.pay(...order);
  await app.product.running.settled();
  return orderId;
}

const heardOf = async (orderId: string) => {
  await app.product.running.settled();
  return counter.heard.filter((told) => told.orderId === orderId).map(({ progress }) => progress);
};

describe('Tickets go to the stations that make them', () => {
  test('a dish goes to the station that names it, else to its category’s, else to the default station', async () => {
    const store = await newStore();
    const wok = await station(store, 'Wok', { dishIds: ['dish Fried rice'] });
    const bar = await station(store, 'Bar', { categoryIds: ['drinks', 'noodles'] });
    const pass = await station(store, 'Pass', { isDefault: true });
    await paid(store, [
      { name: 'Fried rice', quantity: 2, modifiers: ['extra egg'], note: 'no coriander' },
      { name: 'Green tea', parts: [part('Green tea', 'drinks')] },
      { name: 'Cake', parts: [part('Cake', 'sweets')] },
    ]);
    const names = async (id: string) => (await kitchen(store, id)).map((ticket: { lines: object[] }) => ticket.lines);
    expect(await names(wok.id)).toEqual([
      [{ name: 'Fried rice', quantity: 2, modifiers: ['extra egg'], note: 'no coriander' }],
    ]);
    expect(await names(bar.id)).toMatchObject([[{ name: 'Green tea' }]]);
    expect(await names(pass.id)).toMatchObject([[{ name: 'Cake' }]]);
    expect(await kitchen(store)).toHaveLength(3);
  });

  test('the parts of a combo go to different stations, each with the combo’s quantity, modifiers and note', async () => {
    const store = await newStore();
    const grill = await station(store, 'Grill', { dishIds: ['dish Burger'] });
    const fryer = await station(store, 'Fryer', { dishIds: ['dish Chips'] });
    await paid(store, [
      { name: 'Meal', quantity: 3, modifiers: ['no onions'], note: 'hot', parts: [part('Burger'), part('Chips')] },
    ]);
    const same = { quantity: 3, modifiers: ['no onions'], note: 'hot' };
    expect(await kitchen(store, grill.id)).toMatchObject([{ lines: [{ name: 'Burger', ...same }] }]);
    expect(await kitchen(store, fryer.id)).toMatchObject([{ lines: [{ name: 'Chips', ...same }] }]);
  });

  test('a store that never set up a station has one kitchen, also when many first orders come at once', async () => {
    const store = await newStore();
    const orders = await Promise.all(Array.from({ length: 8 }, () => counter.pay(store, [{}, { name: 'Soup' }])));
    await app.product.running.settled();
    const tickets = await kitchen(store);
    expect(tickets.map(({ order }: { order: { id: string } }) => order.id).sort()).toEqual(orders.sort());
    const { stations } = await app.ask(
      'query ($id: ID!) { stations(storeId: $id) { name isDefault } }',
      { id: store },
      hq.token,
    );
    expect(stations).toEqual([{ name: 'Kitchen', isDefault: true }]);
  });

  test('tickets stand in the order due, fifteen minutes after payment', async () => {
    const store = await newStore();
    const late = clock.now();
    const early = late - 5 * MINUTE;
    const second = await paid(store, [{}], { paidAt: late });
    const first = await paid(store, [{}], { paidAt: early });
    expect(await kitchen(store)).toMatchObject([
      { order: { id: first }, dueAt: new Date(early + 15 * MINUTE).toISOString() },
      { order: { id: second } },
    ]);
  });

  test('two stations of a store cannot both name a dish, and a new default takes the mark', async () => {
    const store = await newStore();
    const one = await station(store, 'One', { dishIds: ['a', 'b'], isDefault: true });
    const two = await station(store, 'Two', { isDefault: true });
    const route = (stationId: string, dishIds: string[]) =>
      app.graph(
        'mutation ($input: RouteStationInput!) { routeStation(input: $input) { dishIds isDefault } }',
        { input: { stationId, dishIds, categoryIds: [] } },
        manager.token,
      );
    const asHq = (stationId: string, dishIds: string[]) =>
      write(app, hq, 'routeStation', 'RouteStationInput', { stationId, dishIds, categoryIds: [] }, 'dishIds isDefault');
    await expect(asHq(two.id, ['b', 'c'])).rejects.toThrow('STATION_ROUTE_TAKEN');
    expect(codeOf(await route(two.id, ['c']))).toBe('FORBIDDEN');
    expect(await asHq(one.id, ['a'])).toEqual({ dishIds: ['a'], isDefault: false });
    expect(await asHq(two.id, ['b', 'c'])).toEqual({ dishIds: ['b', 'c'], isDefault: true });
    await expect(station('no-such-store', 'Three')).rejects.toThrow('STORE_NOT_FOUND');
  });
});

describe('A kitchen screen follows its kitchen', () => {
  test('it shows all open tickets, then each that comes, moves and goes', async () => {
    const store = await newStore();
    const wok = await station(store, 'Wok', { isDefault: true });
    const bar = await station(store, 'Bar', { categoryIds: ['drinks'] });
    const waiting = await paid(store, [{}]);
    const all = watch(store, hq.token);
    const atBar = watch(store, hq.token, bar.id);
    expect(await all.next()).toMatchObject({
      snapshot: true,
      version: 1,
      tickets: [{ order: { id: waiting } }],
      removedIds: [],
    });
    expect(await atBar.next()).toEqual({ snapshot: true, version: 1, tickets: [], removedIds: [] });

    const before = performance.now();
    const orderId = await counter.pay(store, [{}, { parts: [part('Tea', 'drinks')] }], { note: 'quick please' });
    const come = await all.next();
    console.info(`the ticket was shown after ${Math.round(performance.now() - before)} ms`);
    expect(come).toMatchObject({ snapshot: false, version: 2, removedIds: [] });
    expect(come.tickets).toHaveLength(2);
    expect(await atBar.next()).toMatchObject({
      tickets: [{ station: { id: bar.id }, order: { id: orderId }, note: 'quick please' }],
    });

    const ticket = come.tickets.find((one: { station: { id: string } }) => one.station.id === wok.id);
    for (const [version, to] of [
      [3, 'STARTED'],
      [4, 'READY'],
    ] as const) {
      await advance(ticket.id, to);
      expect(await all.next()).toMatchObject({ version, tickets: [{ id: ticket.id, state: to }], removedIds: [] });
    }
    await advance(ticket.id, 'SERVED');
    expect(await all.next()).toEqual({ snapshot: false, version: 5, tickets: [], removedIds: [ticket.id] });
    all.close();
    atBar.close();
  });

  test('a screen that was away has missed nothing when it comes back', async () => {
    const store = await newStore();
    const first = await paid(store, [{}]);
    const screen = watch(store, hq.token);
    const [ticket] = (await screen.next()).tickets;
    screen.close();
    for (const to of ['STARTED', 'READY', 'SERVED']) await advance(ticket.id, to);
    const second = await paid(store, [{}]);
    const again = watch(store, hq.token);
    const { version, tickets } = await again.next();
    expect(version).toBe(5);
    expect(tickets.map(({ order }: { order: { id: string } }) => order.id)).toEqual([second]);
    expect(await heardOf(first)).toEqual(['STARTED', 'READY', 'SERVED']);
    again.close();
  });

  test('a cancelled order vanishes from the screen, and its waiting slip is withdrawn', async () => {
    const store = await newStore();
    const orderId = await paid(store, [{}]);
    const screen = watch(store, hq.token);
    const [ticket] = (await screen.next()).tickets;
    await counter.cancel(store, orderId);
    expect(await screen.next()).toMatchObject({ tickets: [], removedIds: [ticket.id] });
    expect(codeOf(await advance(ticket.id, 'STARTED'))).toBe('TICKET_STATE_CHANGED');
    expect(await printsOf(store, orderId)).toMatchObject([
      { kind: 'KITCHEN_SLIP', state: 'CANCELLED' },
      { kind: 'RECEIPT', state: 'QUEUED' },
    ]);
    await counter.cancel(store, crypto.randomUUID());
    await app.product.running.settled();
    expect(await heardOf(orderId)).toEqual([]);
    screen.close();
  });

  test('where the slip may hang in the kitchen already, another says that the order was cancelled', async () => {
    const store = await newStore();
    const orderId = await paid(store, [{}]);
    const { host } = app.product.running.modules.get('devices')!;
    await host.transact(host.context(), (tx) =>
      tx.em.execute("update print_job set state = 'PRINTED' where order_id = ?", [orderId], 'run'),
    );
    await counter.cancel(store, orderId);
    await app.product.running.settled();
    const [newest, ...older] = await printsOf(store, orderId);
    expect(newest).toMatchObject({
      kind: 'KITCHEN_SLIP',
      state: 'QUEUED',
      content: expect.stringContaining('CANCELLED'),
    });
    expect(older).toHaveLength(2);
  });
});

describe('Cooks move tickets', () => {
  test('one step at a time; a cook who saw an older state is told the present one', async () => {
    await paid(storeId, [{}]);
    const ticket = (await kitchen(storeId)).at(-1);
    const refused = await advance(ticket.id, 'READY', cook);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'TICKET_STATE_CHANGED', state: 'QUEUED' });
    expect((await advance(ticket.id, 'STARTED', cook)).data.advanceTicket).toMatchObject({
      state: 'STARTED',
      readyAt: null,
    });
    expect((await advance(ticket.id, 'STARTED', cook)).errors?.[0]?.extensions).toMatchObject({ state: 'STARTED' });
    expect(codeOf(await advance(ticket.id, 'QUEUED', cook))).toBe('BAD_INPUT');
    expect(codeOf(await advance('no-such-ticket', 'READY', cook))).toBe('TICKET_NOT_FOUND');
  });

  test('a move sent twenty times at once is made once, and its key stands for that input alone', async () => {
    const orderId = await paid(storeId, [{}]);
    const { id } = (await kitchen(storeId)).find((one: { order: { id: string } }) => one.order.id === orderId);
    const same = key();
    const screen = watch(storeId, cook.token);
    const { version } = await screen.next();
    const answers = await Promise.all(Array.from({ length: 20 }, () => advance(id, 'STARTED', cook, same)));
    expect(answers.map(({ data }) => data?.advanceTicket.state)).toEqual(Array(20).fill('STARTED'));
    expect(codeOf(await advance(id, 'READY', cook, same))).toBe('IDEMPOTENCY_KEY_REUSED');
    await advance(id, 'READY', cook);
    expect(await screen.next()).toMatchObject({ version: version + 1 });
    expect(await screen.next()).toMatchObject({ version: version + 2, tickets: [{ state: 'READY' }] });
    expect((await advance(id, 'STARTED', cook, same)).data.advanceTicket).toMatchObject({ id, state: 'READY' });
    expect(await heardOf(orderId)).toEqual(['STARTED', 'READY']);
    screen.close();
  });

  test('when two cooks tap the same ticket at once, one moves it and the other is told', async () => {
    const orderId = await paid(storeId, [{}]);
    const { id } = (await kitchen(storeId)).find((one: { order: { id: string } }) => one.order.id === orderId);
    const answers = await Promise.all([advance(id, 'STARTED', cook), advance(id, 'STARTED', manager)]);
    expect(answers.map(codeOf).filter(Boolean)).toEqual(['TICKET_STATE_CHANGED']);
    expect(await heardOf(orderId)).toEqual(['STARTED']);
  });

  test('an order begins with its first ticket and is ready and served with its last, told once each', async () => {
    const store = await newStore();
    const names = ['Wok', 'Bar', 'Grill', 'Fryer'];
    for (const name of names) await station(store, name, { dishIds: [`dish ${name}`] });
    const orderId = await paid(
      store,
      names.map((name) => ({ name })),
    );
    const tickets: { id: string }[] = await kitchen(store);
    expect(tickets).toHaveLength(4);
    await advance(tickets[0]!.id, 'STARTED');
    expect(await heardOf(orderId)).toEqual(['STARTED']);
    await advance(tickets[0]!.id, 'READY');
    await advance(tickets[0]!.id, 'SERVED');
    for (const to of ['STARTED', 'READY', 'SERVED'])
      await Promise.all(tickets.slice(1).map(({ id }) => advance(id, to)));
    expect(await heardOf(orderId)).toEqual(['STARTED', 'READY', 'SERVED']);
  });

  test('a waiter may look but not cook; a diner, a stranger and another store’s cook may do neither', async () => {
    await paid(storeId, [{}]);
    const ticket = (await kitchen(storeId)).at(-1);
    const stranger = await staff(app, hq, 'COOK', [await newStore()]);
    const guest = await diner(app, 'Ada');
    const look = (token?: string) => app.graph(KITCHEN, { storeId }, token);
    expect((await look(waiter.token)).data.kitchen.length).toBeGreaterThan(0);
    expect(codeOf(await advance(ticket.id, 'STARTED', waiter))).toBe('FORBIDDEN');
    for (const who of [stranger, guest]) {
      expect(codeOf(await look(who.token))).toBe('FORBIDDEN');
      expect(codeOf(await advance(ticket.id, 'STARTED', who))).toBe('FORBIDDEN');
      expect(await watch(storeId, who.token).next()).toBe('FORBIDDEN');
    }
    expect(codeOf(await look())).toBe('UNAUTHENTICATED');
    expect(await watch(storeId, undefined).next()).toBe('UNAUTHENTICATED');
    const elsewhere = await station(await newStore(), 'Wok');
    expect(await watch(storeId, cook.token, elsewhere.id).next()).toBe('STATION_NOT_FOUND');
  });
});

const printsOf = async (store: string, orderId: string) => {
  const { printJobs } = await app.ask(
    'query ($storeId: ID!, $orderId: ID) { printJobs(storeId: $storeId, orderId: $orderId) { edges { node { kind state content } } } }',
    { storeId: store, orderId },
    hq.token,
  );
  return printJobs.edges.map(({ node }: { node: { kind: string; state: string; content: string } }) => node);
};

describe('A screen is paired with a store', () => {
  const pair = (name = 'Screen', idempotencyKey = key()) =>
    write(
      app,
      manager,
      'createPairing',
      'CreatePairingInput',
      { idempotencyKey, storeId, name },
      'code expiresAt device { id active }',
    );
  const claim = (code: string) =>
    app.graph('mutation ($code: String!) { claimPairing(code: $code) { accessToken device { id active pairedAt } } }', {
      code,
    });

  test('a code pairs one device once, and the device then works in its own store only', async () => {
    const pairing = await pair();
    expect(pairing.code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
    expect(pairing.device.active).toBe(false);
    const typed = `${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`.toLowerCase();
    const tries = await Promise.all(Array.from({ length: 5 }, () => claim(typed)));
    expect(tries.map(codeOf).sort()).toEqual([...Array(4).fill('PAIRING_CODE_REFUSED'), undefined]);
    const { accessToken, device } = tries.find(({ data }) => data)!.data.claimPairing;
    expect(device).toMatchObject({ id: pairing.device.id, active: true });
    await paid(storeId, [{}]);
    const ticket = (await app.ask(KITCHEN, { storeId }, accessToken)).kitchen.at(-1);
    expect((await advance(ticket.id, 'STARTED', { id: device.id, token: accessToken })).data.advanceTicket.state).toBe(
      'STARTED',
    );
    expect(codeOf(await app.graph(KITCHEN, { storeId: await newStore() }, accessToken))).toBe('FORBIDDEN');
    const { me } = await app.ask('{ me { ... on PairedDevice { id name active } } }', {}, accessToken);
    expect(me).toEqual({ id: device.id, name: 'Screen', active: true });
  });

  test('asking for a code twenty times at once makes one device with one code', async () => {
    const same = key();
    const pairings = await Promise.all(Array.from({ length: 20 }, () => pair('Bar', same)));
    expect(new Set(pairings.map(({ code, device }) => `${code} ${device.id}`)).size).toBe(1);
    await expect(pair('Another', same)).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  test('a code is good for ten minutes', async () => {
    const { code } = await pair();
    clock.advance(10 * MINUTE);
    expect(codeOf(await claim(code))).toBe('PAIRING_CODE_REFUSED');
  });

  test('when a screen is unpaired, what it was watching ends at once', async () => {
    const { code } = await pair();
    const { accessToken, device } = (await claim(code)).data.claimPairing;
    const screen = watch(storeId, accessToken);
    expect(await screen.next()).toMatchObject({ snapshot: true });
    const unpair = () =>
      app.graph('mutation ($id: ID!) { unpairDevice(id: $id) { id active } }', { id: device.id }, manager.token);
    expect((await unpair()).data.unpairDevice).toEqual({ id: device.id, active: false });
    expect(await screen.next()).toBe('UNAUTHENTICATED');
    expect(await screen.next()).toBe('ended');
    expect(codeOf(await app.graph(KITCHEN, { storeId }, accessToken))).toBe('UNAUTHENTICATED');
    expect((await unpair()).data.unpairDevice.active).toBe(false);
    expect(codeOf(await claim(code))).toBe('PAIRING_CODE_REFUSED');
  });

  test('codes cannot be guessed: after twenty wrong ones in a minute none is taken for a while', async () => {
    clock.advance(MINUTE);
    const { code } = await pair();
    const guesses = await Promise.all(Array.from({ length: 25 }, (_, n) => claim(`WRONG${n}`)));
    expect(guesses.filter((guess) => codeOf(guess) === 'PAIRING_CODE_REFUSED')).toHaveLength(20);
    expect(codeOf(await claim(code))).toBe('PAIRING_REFUSED_TOO_OFTEN');
    clock.advance(MINUTE);
    expect((await claim(code)).data.claimPairing.device.active).toBe(true);
  });
});

describe('Receipts and slips', () => {
  test('a paid order has one receipt, and a slip for each of its tickets', async () => {
    const store = await newStore();
    await station(store, 'Bar', { categoryIds: ['drinks'] });
    const orderId = await paid(
      store,
      [
        { name: 'Beef noodles', quantity: 2, total: 5600, modifiers: ['extra egg'] },
        { name: 'Tea', total: 800, parts: [part('Tea', 'drinks')] },
      ],
      { subtotal: 7000, discount: 600, tax: 362, total: 6400, paidAt: Date.UTC(2026, 10, 22, 4, 30) },
    );
    const prints = await printsOf(store, orderId);
    expect(prints.map(({ kind }: { kind: string }) => kind)).toEqual(['KITCHEN_SLIP', 'KITCHEN_SLIP', 'RECEIPT']);
    const receipt = prints.at(-1).content;
    for (const shown of ['Noodle House', '2026-11-22 12:30', '2 x Beef noodles (regular) | 56.00', '64.00'])
      expect(receipt).toContain(shown);
  });
});
