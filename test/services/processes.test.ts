import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { type Answer, type Clients, clientsOf } from '../clients.ts';
import { describeOnServers } from '../servers/suite.ts';
import { cook, demoGuest, demoStaff } from '../split/demo.ts';
import { EIGHT, type Fleet, startFleet } from '../split/fleet.ts';

const FOLLOW = 'subscription ($orderId: ID!) { orderChanged(orderId: $orderId) { id state version } }';

describeOnServers('The product as an operator runs it, in ten processes: two gateways, two of orders', () => {
  let fleet: Fleet;
  let here: Clients;
  let there: Clients;

  beforeAll(async () => {
    fleet = await startFleet({ shares: EIGHT, replicas: { gateway: 2, orders: 2 } });
    [here, there] = fleet.members('gateway').map(({ url }) => clientsOf(url)) as [Clients, Clients];
  }, 300_000);
  afterAll(async () => {
    await Promise.all([here, there].map((clients) => clients?.close()));
    await fleet?.[Symbol.asyncDispose]();
  });

  test('a diner at one gateway sees what a cook does at the other', async () => {
    const guest = await demoGuest(() => here);
    const chef = await demoStaff(there, 'cook');
    const orderId = await guest.order();
    const states: string[] = [];
    const frames = here.sockets(guest.token).iterate({ query: FOLLOW, variables: { orderId } });
    const until = async (state: string) => {
      while (states.at(-1) !== state) {
        const { value, done } = await frames.next();
        if (done) throw new Error(`the subscription ended after ${states}`);
        states.push((value as Answer).data.orderChanged.state);
      }
    };
    await until('AWAITING_PAYMENT');
    await guest.pay(orderId);
    await until('PAID');
    const hasTickets = async () => {
      const answers = await cook(there, chef, orderId, 'STARTED');
      return answers.length > 0;
    };
    while (!(await hasTickets()));
    await until('PREPARING');
    await cook(there, chef, orderId, 'READY');
    await until('READY');
    await cook(there, chef, orderId, 'SERVED');
    await until('COMPLETED');
    await frames.return?.();
  });

  test('pages and published keys come through the gateway byte for byte', async () => {
    for (const path of ['/kitchen', '/.well-known/jwks.json']) {
      const [one, other] = await Promise.all([here, there].map(({ url }) => fetch(url + path)));
      expect(one?.status).toBe(200);
      expect(one?.headers.get('content-type')).toBe(other?.headers.get('content-type'));
      expect(await one?.bytes()).toEqual(await other?.bytes());
    }
    expect((await fetch(`${here.url}/nowhere`)).status).toBe(404);
  });

  test('a process takes no call that is not signed', async () => {
    const [orders] = fleet.members('orders');
    const body = JSON.stringify({ query: '{ __typename }', variables: {}, identity: { kind: 'anonymous' } });
    for (const path of ['/_/graph/orders', '/_/internal/orders', '/graphql', '/kitchen'])
      expect((await fetch(orders?.url + path, { method: 'POST', body })).status).not.toBe(200);
    expect((await fetch(`${orders?.url}/_/graph/orders`, { method: 'POST', body })).status).toBe(401);
  });

  test('what is away costs only its own fields, and comes back by itself', async () => {
    const guest = await demoGuest(() => here);
    const QUERY =
      '{ table(code: "DEMO-A1") { name } me { ... on Diner { name coupons(first: 1) { edges { node { id } } } } } }';
    const whole = await here.graph(QUERY, {}, guest.token);
    expect(whole.errors).toBeUndefined();
    const [marketing] = fleet.members('marketing');
    if (marketing) await fleet.kill(marketing);
    const partial = await here.graph(QUERY, {}, guest.token);
    expect(partial.data).toMatchObject({ table: { name: 'A1' }, me: { name: whole.data.me.name, coupons: null } });
    expect(partial.errors).toEqual([
      expect.objectContaining({
        path: ['me', 'coupons'],
        extensions: expect.objectContaining({ code: 'UNAVAILABLE' }),
      }),
    ]);
    await fleet.start('marketing');
    const back = async () => (await here.graph(QUERY, {}, guest.token)).errors === undefined;
    while (!(await back()));
  });

  test('without members, guests whom no gateway knows see what anybody may, and the others pay and go on', async () => {
    const guest = await demoGuest(() => here);
    const QUERY = '{ table(code: "DEMO-A1") { name } me { ... on Diner { id } } }';
    const orderId = await guest.order();
    const stranger = (await demoGuest(() => there)).token;
    const [members] = fleet.members('members');
    if (members) await fleet.kill(members);
    const partial = await here.graph(QUERY, {}, stranger);
    expect(partial.data).toEqual({ table: { name: 'A1' }, me: null });
    expect(partial.errors).toEqual([
      expect.objectContaining({ path: ['me'], extensions: expect.objectContaining({ code: 'UNAVAILABLE' }) }),
    ]);
    await guest.pay(orderId);
    const { order } = await here.ask('query ($id: ID!) { order(id: $id) { state } }', { id: orderId }, guest.token);
    expect(order.state).toBe('PAID');
    await fleet.start('members');
    const back = async () => (await here.graph(QUERY, {}, guest.token)).errors === undefined;
    while (!(await back()));
  });

  test('who is told to end says so, answers on, and sends its sockets elsewhere', async () => {
    const [member] = fleet.members('gateway');
    if (!member) throw new Error('there is no gateway');
    const guest = await demoGuest(() => there);
    const orderId = await guest.order();
    const closed = Promise.withResolvers<number>();
    const client = createClient({
      url: `${member.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${guest.token}` },
      retryAttempts: 0,
      on: { closed: (event) => closed.resolve((event as CloseEvent).code) },
    });
    const frames = client.iterate({ query: FOLLOW, variables: { orderId } });
    await frames.next();
    const ended = fleet.stop(member);
    const health = async () => (await fetch(`${member.url}/readyz`)).status;
    while ((await health()) === 200);
    const goodbye = await fetch(`${member.url}/readyz`);
    expect([goodbye.status, await goodbye.json()]).toEqual([503, { ready: false, draining: true }]);
    const answer = await fetch(`${member.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ table(code: \\"DEMO-A1\\") { name } }"}',
    });
    expect(await answer.json()).toEqual({ data: { table: { name: 'A1' } } });
    expect(answer.headers.get('connection')).toBe('close');
    // 1001 and 1012 are what graphql-ws clients take as a wish to come again.
    expect([1001, 1012]).toContain(await closed.promise);
    expect(await ended).toBe(0);
    await fleet.start('gateway');
  });

  test('a rolling restart of every process under load fails nobody', async () => {
    /** The gateways that a load balancer sends requests to: it looks at /readyz twice a second. */
    let ready = fleet.members('gateway').map(({ url }) => clientsOf(url));
    const look = async () => {
      const looked = fleet.members('gateway').map(async ({ url }) => {
        const ok = await fetch(`${url}/readyz`).then(
          (response) => response.ok,
          () => false,
        );
        return ok ? [clientsOf(url)] : [];
      });
      ready = (await Promise.all(looked)).flat();
    };
    const balancer = setInterval(look, 500);
    let turn = 0;
    const pick = () => {
      turn += 1;
      return ready[turn % ready.length] as Clients;
    };
    let restarting = true;
    const failures: string[] = [];
    let orders = 0;
    const guests = Array.from({ length: 3 }, async () => {
      const guest = await demoGuest(pick);
      while (restarting) {
        try {
          await guest.pay(await guest.order());
          orders += 1;
        } catch (error) {
          failures.push(String(error));
        }
      }
    });
    const codes: (number | null)[] = [];
    try {
      for (const member of fleet.members()) {
        await fleet.start(member.share);
        codes.push(await fleet.stop(member));
      }
    } finally {
      restarting = false;
      await Promise.allSettled(guests);
      clearInterval(balancer);
    }
    expect(failures).toEqual([]);
    expect(new Set(codes)).toEqual(new Set([0]));
    expect(orders).toBeGreaterThan(10);
  }, 600_000);
});
