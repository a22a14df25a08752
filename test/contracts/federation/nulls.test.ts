import { expect, test } from '@jest/globals';
import { federate, told } from './graph.ts';

const dish = (id: string, more: object) => ({ __typename: 'Dish', id, name: `dish ${id}`, ...more });

test.each([
  ['a field that may be null', '{ loose { soft } }', { loose: [{ soft: null }, { soft: 2 }] }, 'loose.0.soft'],
  ['one that must not, in a list that may', '{ loose { hard } }', { loose: [null, { hard: 2 }] }, 'loose.0.hard'],
  ['one that must not, in a list that must not', '{ tight { hard } }', { tight: null }, 'tight.0.hard'],
  ['one that must not, down to the root', '{ loose { name } strict { hard } }', null, 'strict.0.hard'],
  ['an item that must not', '{ loose { list } }', { loose: [{ list: null }, { list: [1] }] }, 'loose.0.list.1'],
  ['by other names', '{ a: loose { b: hard } }', { a: [null, { b: 2 }] }, 'a.0.b'],
  [
    'in an object of another subgraph',
    '{ loose { inner { sure } } }',
    { loose: [{ inner: null }, { inner: { sure: 1 } }] },
    'loose.0.inner.sure',
  ],
])('a null goes up as far as it must: %s', async (_, query, data, place) => {
  for (const trouble of [null, new Error('broken')]) {
    const broken = dish('1', {
      soft: new Error('broken'),
      hard: trouble,
      list: [1, trouble],
      inner: { sure: trouble },
    });
    const whole = dish('2', { soft: 2, hard: 2, list: [1], inner: { sure: 1 } });
    const graph = federate({
      subgraphs: {
        menu: `
          type Query { loose: [Dish] tight: [Dish!] strict: [Dish!]! }
          type Dish @key(fields: "id") { id: ID! name: String }
        `,
        kitchen: `
          type Dish @key(fields: "id") { id: ID! soft: Int hard: Int! list: [Int!] inner: Inner }
          type Inner { sure: Int! }
        `,
      },
      store: () => ({
        Query: { loose: [broken, whole], tight: [broken, whole], strict: [broken, whole] },
        entities: [broken, whole],
      }),
    });
    const answer = await graph.agreed(query);
    expect(answer.data).toEqual(data);
    expect(told(answer).map((line) => line.split(':')[0])).toEqual([place]);
  }
});

test('a subgraph may be stricter than the graph: what is lost with its null is said', async () => {
  const soup = { __typename: 'Dish', id: '1', size: null, hot: true };
  const graph = federate({
    subgraphs: {
      menu: 'type Query { dish: Dish } type Dish @key(fields: "id") { id: ID! }',
      kitchen: 'type Dish @key(fields: "id") { id: ID! size: Int! @shareable hot: Boolean }',
      stock: 'type Dish @key(fields: "id") { id: ID! size: Int @shareable }',
    },
    store: () => ({ Query: { dish: soup }, entities: [soup] }),
  });
  const answer = await graph.ask('{ dish { size hot } }');
  expect(answer.data).toEqual({ dish: { size: null, hot: null } });
  expect(told(answer).map((line) => line.split(':')[0])).toEqual(['dish.hot', 'dish.size']);
});
