import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { anonymous } from '../../kernel/identity.ts';
import { codeOf, type House, KITCHEN, part, startKitchen, type Ticket } from '../kitchen.ts';
import { diner, type Person, staff } from '../people.ts';
import { key, write } from '../shop.ts';

let house: House;
let manager: Person;
let cook: Person;
let waiter: Person;

beforeAll(async () => {
  house = await startKitchen();
  manager = await staff(house.app, house.hq, 'MANAGER', [house.storeId]);
  cook = await staff(house.app, house.hq, 'COOK', [house.storeId]);
  waiter = await staff(house.app, house.hq, 'WAITER', [house.storeId]);
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

describe('Tickets go to the stations that make them', () => {
  test('a dish goes to the station that names it, else to its category’s, else to the default station', async () => {
    const store = await house.newStore();
    const wok = await house.station(store, 'Wok', { dishIds: ['dish Fried rice'] });
    const bar = await house.station(store, 'Bar', { categoryIds: ['drinks', 'noodles'] });
    const pass = await house.station(store, 'Pass', { isDefault: true });
    await house.paid(store, [
      { name: 'Fried rice', quantity: 2, modifiers: ['extra egg'], note: 'no coriander' },
      { name: 'Green tea', parts: [part('Green tea', 'drinks')] },
      { name: 'Cake', parts: [part('Cake', 'sweets')] },
    ]);
    const names = async (id: string) => (await house.kitchen(store, id)).map(({ lines }) => lines);
    expect(await names(wok.id)).toEqual([
      [{ name: 'Fried rice', quantity: 2, modifiers: ['extra egg'], note: 'no coriander' }],
    ]);
    expect(await names(bar.id)).toMatchObject([[{ name: 'Green tea' }]]);
    expect(await names(pass.id)).toMatchObject([[{ name: 'Cake' }]]);
    expect(await house.kitchen(store)).toHaveLength(3);
  });

  test('the parts of a combo go to different stations, each with the combo’s quantity, modifiers and note', async () => {
    const store = await house.newStore();
    const grill = await house.station(store, 'Grill', { dishIds: ['dish Burger'] });
    const fryer = await house.station(store, 'Fryer', { dishIds: ['dish Chips'] });
    await house.paid(store, [
      { name: 'Meal', quantity: 3, modifiers: ['no onions'], note: 'hot', parts: [part('Burger'), part('Chips')] },
    ]);
    const same = { quantity: 3, modifiers: ['no onions'], note: 'hot' };
    expect(await house.kitchen(store, grill.id)).toMatchObject([{ lines: [{ name: 'Burger', ...same }] }]);
    expect(await house.kitchen(store, fryer.id)).toMatchObject([{ lines: [{ name: 'Chips', ...same }] }]);
  });

  test('a store that never set up a station has one kitchen, also when many first orders come at once', async () => {
    const store = await house.newStore();
    const orders = await Promise.all(Array.from({ length: 8 }, () => house.till.pay(store, [{}, { name: 'Soup' }])));
    await house.app.settled();
    const tickets = await house.kitchen(store);
    expect(tickets.map(({ order }) => order.id).sort()).toEqual(orders.sort());
    const { stations } = await house.app.ask(
      'query ($id: ID!) { stations(storeId: $id) { name isDefault } }',
      { id: store },
      house.hq.token,
    );
    expect(stations).toEqual([{ name: 'Kitchen', isDefault: true }]);
  });

  test('tickets stand in the order due, fifteen minutes after payment', async () => {
    const store = await house.newStore();
    const late = house.clock.now();
    const early = late - 5 * MINUTE;
    const second = await house.paid(store, [{}], { paidAt: late });
    const first = await house.paid(store, [{}], { paidAt: early });
    expect(await house.kitchen(store)).toMatchObject([
      { order: { id: first }, dueAt: new Date(early + 15 * MINUTE).toISOString() },
      { order: { id: second } },
    ]);
  });

  test('two stations of a store cannot both name a dish, and a new default takes the mark', async () => {
    const store = await house.newStore();
    const one = await house.station(store, 'One', { dishIds: ['a', 'b'], isDefault: true });
    const two = await house.station(store, 'Two', { isDefault: true });
    const route = (who: Person, stationId: string, dishIds: string[]) => {
      const input = { stationId, dishIds, categoryIds: [] };
      return write(house.app, who, 'routeStation', 'RouteStationInput', input, 'dishIds isDefault');
    };
    await expect(route(house.hq, two.id, ['b', 'c'])).rejects.toThrow('STATION_ROUTE_TAKEN');
    await expect(route(manager, two.id, ['c'])).rejects.toThrow('FORBIDDEN');
    expect(await route(house.hq, one.id, ['a'])).toEqual({ dishIds: ['a'], isDefault: false });
    expect(await route(house.hq, two.id, ['b', 'c'])).toEqual({ dishIds: ['b', 'c'], isDefault: true });
    await expect(house.station('no-such-store', 'Three')).rejects.toThrow('STORE_NOT_FOUND');
  });

  test('a station asked for twenty times at once is one station; one without a name is none', async () => {
    const store = await house.newStore();
    const same = { idempotencyKey: key(), dishIds: ['soup'] };
    const made = await Promise.all(Array.from({ length: 20 }, () => house.station(store, 'Soups', same)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await expect(house.station(store, 'Salads', same)).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
    const dishIds = Array.from({ length: 501 }, (_, n) => `dish ${n}`);
    for (const [name, more] of [
      [' ', {}],
      ['x'.repeat(61), {}],
      ['Wok', { dishIds }],
    ] as const)
      await expect(house.station(store, name, more)).rejects.toThrow('BAD_INPUT');
  });
});

describe('A kitchen screen follows its kitchen', () => {
  test('it shows all open tickets, then each that comes, moves and goes', async () => {
    const store = await house.newStore();
    const wok = await house.station(store, 'Wok', { isDefault: true });
    const bar = await house.station(store, 'Bar', { categoryIds: ['drinks'] });
    const waiting = await house.paid(store, [{}]);
    const all = house.watch(store, house.hq.token);
    const atBar = house.watch(store, house.hq.token, bar.id);
    expect(await all.next()).toMatchObject({
      snapshot: true,
      version: 1,
      tickets: [{ order: { id: waiting } }],
      removedIds: [],
    });
    expect(await atBar.next()).toEqual({ snapshot: true, version: 1, tickets: [], removedIds: [] });

    const orderId = await house.till.pay(store, [{}, { parts: [part('Tea', 'drinks')] }], { note: 'quick please' });
    const come = await all.next();
    expect(come).toMatchObject({ snapshot: false, version: 2, removedIds: [] });
    expect(come.tickets).toHaveLength(2);
    expect(await atBar.next()).toMatchObject({
      tickets: [{ station: { id: bar.id }, order: { id: orderId }, note: 'quick please' }],
    });

    const ticket = come.tickets.find((one: Ticket) => one.station.id === wok.id);
    for (const [version, to] of [
      [3, 'STARTED'],
      [4, 'READY'],
    ] as const) {
      await house.advance(ticket.id, to);
      expect(await all.next()).toMatchObject({ version, tickets: [{ id: ticket.id, state: to }], removedIds: [] });
    }
    await house.advance(ticket.id, 'SERVED');
    expect(await all.next()).toMatchObject({
      snapshot: false,
      version: 5,
      tickets: [{ id: ticket.id, state: 'SERVED' }],
      removedIds: [ticket.id],
    });
    all.close();
    atBar.close();
  });

  test('a screen that was away has missed nothing when it comes back', async () => {
    const store = await house.newStore();
    const first = await house.paid(store, [{}]);
    const screen = house.watch(store, house.hq.token);
    const [ticket] = (await screen.next()).tickets;
    screen.close();
    for (const to of ['STARTED', 'READY', 'SERVED']) await house.advance(ticket.id, to);
    const second = await house.paid(store, [{}]);
    const again = house.watch(store, house.hq.token);
    const { version, tickets } = await again.next();
    expect(version).toBe(5);
    expect(tickets.map(({ order }: Ticket) => order.id)).toEqual([second]);
    expect(await house.heardOf(first)).toEqual(['STARTED', 'READY', 'SERVED']);
    again.close();
  });

  test('a cancelled order vanishes from the screen, and its waiting slip is withdrawn', async () => {
    const store = await house.newStore();
    const orderId = await house.paid(store, [{}]);
    const screen = house.watch(store, house.hq.token);
    const [ticket] = (await screen.next()).tickets;
    await house.till.cancel(store, orderId);
    expect(await screen.next()).toMatchObject({ tickets: [{ state: 'CANCELLED' }], removedIds: [ticket.id] });
    expect(codeOf(await house.advance(ticket.id, 'STARTED'))).toBe('TICKET_STATE_CHANGED');
    expect(await house.printsOf(store, orderId)).toMatchObject([
      { kind: 'KITCHEN_SLIP', state: 'CANCELLED' },
      { kind: 'RECEIPT', state: 'QUEUED' },
    ]);
    await house.till.cancel(store, crypto.randomUUID());
    await house.app.settled();
    expect(await house.heardOf(orderId)).toEqual([]);
    screen.close();
  });
});

describe('Cooks move tickets', () => {
  test('one step at a time; a cook who saw an older state is told the present one', async () => {
    const ticket = await house.ticket(house.storeId);
    const refused = await house.advance(ticket.id, 'READY', cook.token);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'TICKET_STATE_CHANGED', state: 'QUEUED' });
    expect((await house.advance(ticket.id, 'STARTED', cook.token)).data.advanceTicket).toMatchObject({
      state: 'STARTED',
      readyAt: null,
    });
    expect((await house.advance(ticket.id, 'STARTED', cook.token)).errors?.[0]?.extensions).toMatchObject({
      state: 'STARTED',
    });
    expect(codeOf(await house.advance(ticket.id, 'QUEUED', cook.token))).toBe('BAD_INPUT');
    expect(codeOf(await house.advance('no-such-ticket', 'READY', cook.token))).toBe('TICKET_NOT_FOUND');
  });

  test('a move sent twenty times at once is made once, and its key stands for that input alone', async () => {
    const { id, order } = await house.ticket(house.storeId);
    const same = key();
    const screen = house.watch(house.storeId, cook.token);
    const { version } = await screen.next();
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.advance(id, 'STARTED', cook.token, same)));
    expect(answers.map(({ data }) => data?.advanceTicket.state)).toEqual(Array(20).fill('STARTED'));
    expect(codeOf(await house.advance(id, 'READY', cook.token, same))).toBe('IDEMPOTENCY_KEY_REUSED');
    await house.advance(id, 'READY', cook.token);
    expect(await screen.next()).toMatchObject({ version: version + 1 });
    expect(await screen.next()).toMatchObject({ version: version + 2, tickets: [{ state: 'READY' }] });
    expect((await house.advance(id, 'STARTED', cook.token, same)).data.advanceTicket).toMatchObject({
      id,
      state: 'READY',
    });
    expect(await house.heardOf(order.id)).toEqual(['STARTED', 'READY']);
    screen.close();
  });

  test('when two cooks tap the same ticket at once, one moves it and the other is told', async () => {
    const { id, order } = await house.ticket(house.storeId);
    const answers = await Promise.all([
      house.advance(id, 'STARTED', cook.token),
      house.advance(id, 'STARTED', manager.token),
    ]);
    expect(answers.map(codeOf).filter(Boolean)).toEqual(['TICKET_STATE_CHANGED']);
    expect(await house.heardOf(order.id)).toEqual(['STARTED']);
  });

  test('an order begins with its first ticket and is ready and served with its last, told once each', async () => {
    const store = await house.newStore();
    const names = ['Wok', 'Bar', 'Grill', 'Fryer'];
    for (const name of names) await house.station(store, name, { dishIds: [`dish ${name}`] });
    const orderId = await house.paid(
      store,
      names.map((name) => ({ name })),
    );
    const tickets = await house.kitchen(store);
    expect(tickets).toHaveLength(4);
    await house.advance(tickets[0]!.id, 'STARTED');
    expect(await house.heardOf(orderId)).toEqual(['STARTED']);
    await house.advance(tickets[0]!.id, 'READY');
    await house.advance(tickets[0]!.id, 'SERVED');
    for (const to of ['STARTED', 'READY', 'SERVED'])
      await Promise.all(tickets.slice(1).map(({ id }) => house.advance(id, to)));
    expect(await house.heardOf(orderId)).toEqual(['STARTED', 'READY', 'SERVED']);
  });

  test('a waiter may look and say what was served, but not cook; a diner, a stranger and another store’s cook may do none of it', async () => {
    const ticket = await house.ticket(house.storeId);
    const stranger = await staff(house.app, house.hq, 'COOK', [await house.newStore()]);
    const guest = await diner(house.app, 'Ada');
    const look = (token?: string) => house.app.graph(KITCHEN, { storeId: house.storeId }, token);
    expect((await look(waiter.token)).data.kitchen.length).toBeGreaterThan(0);
    expect(codeOf(await house.advance(ticket.id, 'STARTED', waiter.token))).toBe('FORBIDDEN');
    for (const who of [stranger, guest]) {
      expect(codeOf(await look(who.token))).toBe('FORBIDDEN');
      expect(codeOf(await house.advance(ticket.id, 'STARTED', who.token))).toBe('FORBIDDEN');
      expect(await house.watch(house.storeId, who.token).next()).toBe('FORBIDDEN');
    }
    expect(codeOf(await look())).toBe('UNAUTHENTICATED');
    expect(await house.watch(house.storeId, undefined).next()).toBe('UNAUTHENTICATED');
    const elsewhere = await house.station(await house.newStore(), 'Wok');
    expect(await house.watch(house.storeId, cook.token, elsewhere.id).next()).toBe('STATION_NOT_FOUND');
    for (const to of ['STARTED', 'READY']) await house.advance(ticket.id, to, cook.token);
    expect(codeOf(await house.advance(ticket.id, 'SERVED', waiter.token))).toBeUndefined();
  });
});

describe('An order knows its tickets', () => {
  test('they are shown to its diner and to the store’s staff, and to nobody else', async () => {
    const ada = await diner(house.app, 'Ada');
    const ben = await diner(house.app, 'Ben');
    const orderId = await house.paid(house.storeId, [{}], { dinerId: ada.id });
    const guests = await house.paid(house.storeId, [{}]);
    const executor = house.app.subgraph('devices');
    const ticketsOf = async (id: string, token?: string) => {
      const { data } = await executor.execute({
        query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { tickets { state } } } }',
        variables: { of: [{ __typename: 'Order', id }] },
        identity: token ? await house.app.verify(token) : anonymous,
      });
      return (data as { _entities: { tickets: object[] }[] })._entities[0]!.tickets;
    };
    for (const who of [ada, cook, waiter, house.hq])
      expect(await ticketsOf(orderId, who.token)).toEqual([{ state: 'QUEUED' }]);
    expect(await ticketsOf(orderId, ben.token)).toEqual([]);
    expect(await ticketsOf(orderId)).toEqual([]);
    expect(await ticketsOf(guests, ada.token)).toEqual([]);
    expect(await ticketsOf(guests, waiter.token)).toHaveLength(1);
  });
});

test('a kitchen goes on where it was after the process ended and began again', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-test-'));
  await using folders = new AsyncDisposableStack();
  folders.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const same = key();
  const before = await (async () => {
    await using house = await startKitchen({ dataDir });
    const { id } = await house.ticket(house.storeId);
    return { storeId: house.storeId, id, moved: await house.advance(id, 'STARTED', house.hq.token, same) };
  })();
  await using house = await startKitchen({ dataDir });
  expect(await house.advance(before.id, 'STARTED', house.hq.token, same)).toEqual(before.moved);
  await house.paid(before.storeId, [{}]);
  const tickets = await house.kitchen(before.storeId);
  expect(tickets.map(({ state }) => state)).toEqual(['STARTED', 'QUEUED']);
  expect(new Set(tickets.map(({ station }) => station.id)).size).toBe(1);
  expect(house.till.heard).toEqual([]);
});
