import { expect, test } from '@jest/globals';
import { federate } from './graph.ts';

const subgraphs = (label: string) => ({
  menu: 'type Query { dishes: [Dish!]! } type Dish @key(fields: "id") { id: ID! name: String left: Int }',
  stock: `type Dish @key(fields: "id") { id: ID! left: Int @override(from: "menu"${label}) }`,
});
const store = () => {
  const dish = { __typename: 'Dish', id: '1', name: 'Soup', left: 3 };
  return { Query: { dishes: [dish] }, entities: [dish] };
};

test.each<[string, string, string[]]>([
  ['without a label, always', '', ['menu', 'stock']],
  ['of percent(100), always', ', label: "percent(100)"', ['menu', 'stock']],
  ['of percent(0), never', ', label: "percent(0)"', ['menu']],
  ['that is not ours to judge, never', ', label: "someday"', ['menu']],
])('a field moves to another subgraph by a label %s', async (_, label, asked) => {
  const graph = federate({ subgraphs: subgraphs(label), store });
  await graph.agreed('{ dishes { name left } }');
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(asked);
});

test('by percent(50) both are asked in turn, and the answer is the same', async () => {
  const graph = federate({ subgraphs: subgraphs(', label: "percent(50)"'), store });
  const asked = new Set<string>();
  // That one of them is never drawn in 100 times happens once in the age of the universe.
  for (let time = 0; time < 100; time += 1) {
    await graph.agreed('{ dishes { left } }');
    asked.add(graph.calls.map(({ subgraph }) => subgraph).join());
  }
  expect([...asked].sort()).toEqual(['menu', 'menu,stock']);
});
