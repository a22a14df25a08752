import { beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { type Federation, federate } from './graph.ts';
import type { Computed } from './store.ts';

let graph: Federation;
beforeAll(() => {
  const echo: Computed = (_, args) => JSON.stringify(args);
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', left: 3, constructor: 'Wu', toString: 'text', echo };
  const grid = [[soup, null], [], null, [soup]];
  const any = { a: [1, { b: null }], __typename: 'Any' };
  Object.assign(soup, { grid, any, anys: [[any], null], at: '2026-11-22T04:30:00.000Z' });
  graph = federate({
    subgraphs: {
      menu: `
        type Query { dish: Dish dishes: [Dish] constructor: String echo(int: Int = 3, float: Float, on: On): String }
        type Dish @key(fields: "id") { id: ID! name: String constructor: String toString: String grid: [[Dish]] any: Any at: Time }
        input On { text: String! = "x" ids: [ID!] on: On kind: Kind = A any: Any }
        enum Kind { A B }
        scalar Any
        scalar Time @specifiedBy(url: "https://example.com/time")
      `,
      stock: `
        type Dish @key(fields: "id") { id: ID! left: Int anys: [[Any]] echo(int: Int = 3, float: Float, on: On): String }
        input On { text: String! = "x" ids: [ID!] on: On kind: Kind = A any: Any }
        enum Kind { A B }
        scalar Any
      `,
    },
    store: () => ({ Query: { dish: soup, dishes: [soup], constructor: 'root', echo }, entities: [soup] }),
  });
});

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__typename', '_entities', 'id'];

test.each([...names, 'apart_id', 'apart_nothing', 'representations'])(
  'a client may call its fields %s',
  async (name) => {
    const query = `{ ${name}: dish { ${name}: left id_: id } more: dish { ${name}: name left } dishes { ${name}: grid { left } } }`;
    const { data } = await graph.agreed(query);
    expect(Object.keys(data ?? {})).toEqual([name, 'more', 'dishes']);
    await graph.agreed(`{ dish { ${name}: __typename left } ${name}: __typename }`);
  },
);

test('fields that are called so by their subgraph', async () => {
  const { data } = await graph.agreed('{ constructor dish { constructor toString left } }');
  expect(JSON.stringify(data)).toBe('{"constructor":"root","dish":{"constructor":"Wu","toString":"text","left":3}}');
});

test('no prototype is changed by what a subgraph answers', async () => {
  const evil = JSON.parse('{"data": {"dish": {"__proto__": {"polluted": 1}, "id": "1", "__typename": "Dish"}}}');
  graph.replies.set('menu', () => evil);
  await graph.ask('{ dish { id left } }');
  graph.replies.delete('menu');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('lists of lists, of objects and of scalars of one’s own', async () => {
  const { data } = await graph.agreed('{ dish { grid { name left grid { left } } any anys at } }');
  expect(data).toMatchObject({ dish: { anys: [[{ a: [1, { b: null }] }], null], at: '2026-11-22T04:30:00.000Z' } });
  const one = { name: 'Soup', left: 3 };
  expect(data).toMatchObject({ dish: { grid: [[one, null], [], null, [one]] } });
});

test('variables of all kinds, with defaults, nulls and nothing at all, in both subgraphs', async () => {
  const query = `query ($int: Int, $float: Float = 1.5, $text: String! = "y", $ids: [ID!], $on: On, $any: Any, $kind: Kind = B) {
    a: echo(int: $int, float: $float, on: $on)
    dish {
      a: echo(int: $int, float: $float, on: $on)
      b: echo(on: { text: $text, ids: $ids, on: $on, kind: $kind, any: $any })
      c: echo(on: { any: { deep: [$any, 1, "x", A] } })
      d: echo(int: null)
      e: echo
    }
  }`;
  for (const variables of [
    {},
    { int: null, float: null, ids: null, on: null, any: null, kind: null },
    { int: 0, float: 3, ids: 7, on: { ids: ['a', 8], on: { text: 'deep' } }, any: { x: [1] }, kind: 'A' },
    { text: '"quoted"\n\\ 饺子 👩‍🍳', any: 'text', on: {} },
  ])
    await graph.agreed(query, variables);
  for (const variables of [{ int: 'x' }, { text: null }, { on: { no: 1 } }, { kind: 'C' }, { ids: [null] }])
    expect((await graph.ask(query, variables)).errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
});

test('the schema and data in one operation, in the order they were asked for', async () => {
  const query = `query ($name: String! = "Dish") {
    dish { left }
    __schema { queryType { name } }
    type: __type(name: $name) { name fields { name } }
    __typename
    ... on Query { __type(name: "Nobody") { name } }
  }`;
  const { data } = await graph.agreed(query);
  expect(data).toMatchObject({ type: { name: 'Dish' }, __type: null });
  await graph.agreed(query, { name: 'Any' });
  await graph.agreed(getIntrospectionQuery());
  expect(graph.calls).toEqual([]);
});
