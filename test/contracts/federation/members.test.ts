import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';
import type { Computed } from './store.ts';

/** The kitchen's board and the floor's: each shows messages, and what only the one of them knows. */
let graph: Federation;
beforeAll(() => {
  const plan: Computed = (_, { scale, at }) => `${scale ?? 'whole'} ${at ? JSON.stringify(at) : ''}`.trim();
  const message = { __typename: 'Message', text: 'Lunch is late' };
  const oven = { name: 'Big one', door: { __typename: 'Glass', panes: 2 }, plan };
  const alarm = { __typename: 'Alarm', id: 'a', text: 'Fire', oven, serviced: '2026' };
  const call = {
    __typename: 'Call',
    text: 'Water, please',
    table: ((_, { long }) => (long ? 'Table 7' : '7')) as Computed,
  };
  const bell = { __typename: 'Bell', tone: 'high' };
  const siren = { __typename: 'Siren', id: 's', tone: 'low', heard: true };
  const board = (...posts: object[]) => ({
    posts,
    notices: posts,
    sounds: posts.includes(alarm) ? [bell, siren] : [bell],
  });
  const cooks = { __typename: 'Shift', id: 'cooks', board: board(message, alarm) };
  const waiters = { __typename: 'Shift', id: 'waiters', board: board(message, call) };
  const all = { __typename: 'Shift', id: 'all', board: board(message) };
  for (const shift of [cooks, waiters, all]) Object.assign(shift, { floorBoard: board(call, message) });
  graph = federate({
    subgraphs: {
      kitchen: `
        type Query { cooks: Shift all: Shift @shareable }
        type Shift @key(fields: "id") { id: ID! board: Board @shareable }
        type Board @shareable { notices: [Notice!]! posts: [Post!] sounds: [Sound] }
        union Notice = Message | Alarm
        interface Post { text: String }
        type Message implements Post @shareable { text: String }
        type Alarm implements Post @key(fields: "id") { id: ID! text: String oven: Oven }
        type Oven { name: String door: Door plan(scale: Scale, at: Spot): String }
        union Door = Glass | Steel
        type Glass { panes: Int }
        type Steel { weight: Int }
        enum Scale { FULL HALF }
        input Spot { row: Int = 1 side: Side }
        enum Side { LEFT RIGHT }
        union Sound = Bell | Siren
        type Siren @key(fields: "id") { id: ID! tone: String }
        type Bell @shareable { tone: String }
      `,
      floor: `
        type Query { waiters: Shift all: Shift @shareable }
        type Shift @key(fields: "id") { id: ID! board: Board @shareable floorBoard: Board }
        type Board @shareable { notices: [Notice!]! posts: [Post!] sounds: [Sound] }
        union Notice = Message | Call
        interface Post { text: String }
        type Message implements Post @shareable { text: String }
        type Call implements Post { text: String table(long: Boolean): String }
        union Sound = Bell
        type Bell @shareable { tone: String }
        type Siren @key(fields: "id") { id: ID! heard: Boolean }
      `,
      upkeep: 'type Alarm @key(fields: "id") { id: ID! serviced: String }',
    },
    store: () => ({ Query: { cooks, waiters, all }, entities: [cooks, waiters, all, alarm, siren] }),
  });
});

const SHOWN = '{ __typename ... on Message { text } ... on Alarm { oven { name } } ... on Call { table } }';

test.each(['notices', 'posts'])('the %s of a board are what the subgraph knows that shows them', async (list) => {
  const { data } = await graph.agreed(
    `{ cooks { board { ${list} ${SHOWN} } } waiters { board { ${list} ${SHOWN} } } }`,
  );
  const message = { __typename: 'Message', text: 'Lunch is late' };
  expect(data).toEqual({
    cooks: { board: { [list]: [message, { __typename: 'Alarm', oven: { name: 'Big one' } }] } },
    waiters: { board: { [list]: [message, { __typename: 'Call', table: '7' }] } },
  });
  const asked = graph.calls.map(({ subgraph, query }) => `${subgraph} ${query}`);
  expect(asked.map((call) => call.replace(/\{.*on (Alarm|Call)\b.*/, '$1')).sort()).toEqual([
    'floor Call',
    'kitchen Alarm',
  ]);
});

test('what only the other knows is not there, and no subgraph is asked for it', async () => {
  expect((await graph.agreed('{ cooks { board { notices { ... on Call { table } } } } }')).data).toEqual({
    cooks: { board: { notices: [{}, {}] } },
  });
  const query = 'query ($long: Boolean) { cooks { board { notices { ... on Call { table(long: $long) } } } } }';
  await graph.agreed(query, { long: true });
  expect(graph.calls).toMatchObject([{ subgraph: 'kitchen', variables: {} }]);
  await graph.agreed(`query ($long: Boolean) { waiters { board { posts { ... on Call { table(long: $long) } } } } }`, {
    long: true,
  });
});

test('a board that both can show is asked of one of them', async () => {
  await graph.agreed(`{ all { board { notices ${SHOWN} posts ${SHOWN} } } }`);
  expect(graph.calls).toHaveLength(1);
});

test('a board that another subgraph shows has what that one knows', async () => {
  const { data } = await graph.agreed(`{ cooks { floorBoard { notices ${SHOWN} } board { posts ${SHOWN} } } }`);
  expect(data).toMatchObject({ cooks: { floorBoard: { notices: [{ table: '7' }, { text: 'Lunch is late' }] } } });
});

test('what only one of them knows leads on, into its own types and to other subgraphs', async () => {
  const query = `query ($scale: Scale, $at: Spot) { cooks { board { notices { ... on Alarm {
    serviced
    oven { plan(scale: $scale, at: $at) door { ... on Glass { panes } ... on Steel { weight } } }
  } } } } }`;
  const { data } = await graph.agreed(query, { scale: 'HALF', at: { side: 'LEFT' } });
  expect(data).toEqual({
    cooks: {
      board: {
        notices: [{}, { serviced: '2026', oven: { plan: 'HALF {"row":1,"side":"LEFT"}', door: { panes: 2 } } }],
      },
    },
  });
  await graph.agreed('{ waiters { board { posts { text ... on Alarm { serviced oven { name } } } } } }');
  const everywhere = '{ notices { ... on Alarm { serviced } } posts { ... on Alarm { serviced } } }';
  await graph.agreed(`{ cooks { board ${everywhere} } waiters { board ${everywhere} } }`);
});

test('what the other knows, but not from here, is asked where it is', async () => {
  const query = '{ board { sounds { ... on Bell { tone } ... on Siren { tone heard } } } }';
  const { data } = await graph.agreed(`{ cooks ${query} }`);
  expect(data).toEqual({ cooks: { board: { sounds: [{ tone: 'high' }, { tone: 'low', heard: true }] } } });
  await graph.agreed(`{ waiters ${query} }`);
  expect(graph.calls).toHaveLength(1);
});
