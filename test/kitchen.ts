import { modules } from '../cli/modules.ts';
import { defineModule, type Host, type Module } from '../kernel/module.ts';
import type { KitchenProgressed, OrderPaid, PaidLine } from '../schema/events.ts';
import { type Answer, type App, type AppOptions, startApp, type TestClock, testClock } from './app.ts';
import { headquarters, type Person } from './people.ts';
import { key, openShop, write } from './shop.ts';

/** Stands where orders stand: tells of paid and cancelled orders, and hears how far the kitchen is. */
interface Till {
  readonly module: Module;
  /** What the kitchen has told, in order. */
  readonly heard: KitchenProgressed[];
  /** An order that is paid now, of these lines; answers with its id. */
  pay(storeId: string, lines: Partial<PaidLine>[], more?: Partial<OrderPaid>): Promise<string>;
  cancel(storeId: string, orderId: string): Promise<void>;
}

function till(): Till {
  const heard: KitchenProgressed[] = [];
  let host: Host;
  let number = 0;
  const module = defineModule({
    name: 'till',
    emits: ['order.paid', 'order.cancelled'],
    consumes: ['kitchen.progressed'],
    setup(given) {
      host = given;
      return { on: { 'kitchen.progressed': async (_, { payload }) => void heard.push(payload) } };
    },
  });

  return {
    module,
    heard,
    async pay(storeId, lines, more = {}) {
      const orderId = crypto.randomUUID();
      const now = host.clock.now();
      number += 1;
      const total = lines.reduce((sum, line) => sum + (line.total ?? 0), 0);
      const order: OrderPaid = {
        orderId,
        storeId,
        storeName: 'Noodle House',
        dinerId: null,
        channel: 'DINE_IN',
        tableName: 'A1',
        pickupNumber: number,
        delivery: null,
        currency: 'CNY',
        timeZone: 'Asia/Shanghai',
        subtotal: total,
        discount: 0,
        tax: 0,
        total,
        provider: 'cash',
        note: null,
        businessDay: '2026-11-22',
        placedAt: now,
        paidAt: now,
        lines: lines.map(lineOf),
        ...more,
      };
      await host.transact(host.context(), (tx) =>
        host.emit(tx, 'order.paid', { aggregate: orderId, version: 1 }, order),
      );
      return orderId;
    },
    async cancel(storeId, orderId) {
      const payload = { orderId, storeId, reason: 'changed their mind', wasPaid: true, restock: true };
      await host.transact(host.context(), (tx) =>
        host.emit(tx, 'order.cancelled', { aggregate: orderId, version: 2 }, payload),
      );
    },
  };
}

/** A line of one dish, which is its own only part unless the test says otherwise. */
function lineOf(line: Partial<PaidLine>): PaidLine {
  const name = line.name ?? 'Beef noodles';
  return {
    id: crypto.randomUUID(),
    menuItemId: `item ${name}`,
    specId: 'regular',
    name,
    specName: 'regular',
    modifiers: [],
    quantity: 1,
    note: null,
    total: 0,
    gift: false,
    parts: [part(name)],
    ...line,
  };
}

/** What the kitchen makes for a dish: its id is `dish NAME`. */
export function part(name: string, categoryId = 'noodles'): PaidLine['parts'][number] {
  return { menuItemId: null, dishId: `dish ${name}`, categoryId, specId: 'regular', name, specName: 'regular' };
}

const TICKET = 'id state tableName note dueAt station { id name } order { id } lines { name quantity modifiers note }';

/** The open tickets of a kitchen. */
export const KITCHEN = `query ($storeId: ID!, $stationId: ID) {
  kitchen(storeId: $storeId, stationId: $stationId) { ${TICKET} }
}`;

const CHANGES = `subscription ($storeId: ID!, $stationId: ID) {
  kitchenChanged(storeId: $storeId, stationId: $stationId) { snapshot version removedIds tickets { ${TICKET} } }
}`;
const ADVANCE = `mutation ($input: AdvanceTicketInput!) {
  advanceTicket(input: $input) { id state startedAt readyAt servedAt }
}`;
const PRINTS = `query ($storeId: ID!, $orderId: ID) {
  printJobs(storeId: $storeId, orderId: $orderId) { edges { node { id kind state content } } }
}`;

/** The code of an answer's first error. */
export function codeOf({ errors }: Pick<Answer, 'errors'>): string | undefined {
  return errors?.[0]?.extensions.code;
}

/** A ticket as these tests select it. */
export interface Ticket {
  id: string;
  state: string;
  station: { id: string; name: string };
  order: { id: string };
  lines: { name: string; quantity: number; modifiers: string[]; note: string | null }[];
}

/** A product with a kitchen and a till, and what people do there; headquarters does it unless a test says who. */
export interface House extends AsyncDisposable {
  readonly app: App;
  readonly clock: TestClock;
  readonly till: Till;
  readonly hq: Person;
  /** The store that most stories happen in. */
  readonly storeId: string;
  /** Another store, so that no other story's tickets stand in its kitchen. */
  newStore(): Promise<string>;
  station(storeId: string, name: string, more?: object): Promise<{ id: string; isDefault: boolean }>;
  kitchen(storeId: string, stationId?: string): Promise<Ticket[]>;
  /** Pays an order of these lines and waits until the kitchen has it; answers with its id. */
  paid(...order: Parameters<Till['pay']>): Promise<string>;
  /** The only ticket of a new order of one dish. */
  ticket(storeId: string): Promise<Ticket>;
  advance(ticketId: string, to: string, token?: string, idempotencyKey?: string): Promise<Answer>;
  /** The order's progress as the kitchen has told it so far. */
  heardOf(orderId: string): Promise<string[]>;
  /** An order's print jobs, newest first. */
  printsOf(storeId: string, orderId: string): Promise<{ id: string; kind: string; state: string; content: string }[]>;
  /** Opens a kitchen's subscription; `next` is the next frame's change, its error's code, or 'ended'. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  watch(storeId: string, token: string | undefined, stationId?: string): { next(): Promise<any>; close(): void };
}

/** Starts the modules that a kitchen needs, with a till in the place of orders. */
export async function startKitchen(options: Pick<AppOptions, 'dataDir' | 'environment'> = {}): Promise<House> {
  const counter = till();
  const clock = testClock();
  const needed = ['menu', 'members', 'devices', 'demo-sign-in', 'kitchen-screen', 'escpos-printer'];
  const app = await startApp({
    ...options,
    clock,
    modules: [...modules.filter(({ name }) => needed.includes(name)), counter.module],
  });
  const hq = await headquarters(app);
  const newStore = async () => (await openShop(app, hq)).storeId;

  const house: House = {
    app,
    clock,
    till: counter,
    hq,
    storeId: await newStore(),
    newStore,
    station: (storeId, name, more) =>
      write(
        app,
        hq,
        'createStation',
        'CreateStationInput',
        { idempotencyKey: key(), storeId, name, ...more },
        'id isDefault',
      ),
    kitchen: async (storeId, stationId) => (await app.ask(KITCHEN, { storeId, stationId }, hq.token)).kitchen,
    async paid(...order) {
      const orderId = await counter.pay(...order);
      await app.settled();
      return orderId;
    },
    async ticket(storeId) {
      const orderId = await house.paid(storeId, [{}]);
      return (await house.kitchen(storeId)).find(({ order }) => order.id === orderId)!;
    },
    advance: (ticketId, to, token = hq.token, idempotencyKey = key()) =>
      app.graph(ADVANCE, { input: { idempotencyKey, ticketId, to } }, token),
    async heardOf(orderId) {
      await app.settled();
      return counter.heard.filter((told) => told.orderId === orderId).map(({ progress }) => progress);
    },
    async printsOf(storeId, orderId) {
      const { printJobs } = await app.ask(PRINTS, { storeId, orderId }, hq.token);
      return printJobs.edges.map(({ node }: { node: object }) => node);
    },
    watch(storeId, token, stationId) {
      const frames = app.sockets(token).iterate({ query: CHANGES, variables: { storeId, stationId } });
      return {
        async next() {
          const { value, done } = await frames.next();
          if (done) return 'ended';
          const answer = value as Answer;
          return codeOf(answer) ?? answer.data.kitchenChanged;
        },
        close: () => void frames.return?.(),
      };
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
  return house;
}
