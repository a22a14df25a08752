import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';

describe('@provides', () => {
  let graph: Federation;
  beforeAll(() => {
    const mia = { __typename: 'Diner', id: 'm', name: 'Mia', tier: 'GOLD', home: { city: 'Harbin', street: 'Main' } };
    const soup = { __typename: 'Dish', id: 'd', title: 'Soup', calories: 90 };
    const review = { __typename: 'Review', id: 'r', author: mia, host: mia, of: soup };
    graph = federate({
      subgraphs: {
        diners: `
          type Query { diner: Diner }
          type Diner @key(fields: "id") { id: ID! name: String @shareable tier: String home: Home @shareable }
          type Home @shareable { city: String street: String }
        `,
        menu: 'type Dish @key(fields: "id") { id: ID! title: String @shareable calories: Int }',
        reviews: `
          type Query { reviews: [Review] }
          type Review @key(fields: "id") {
            id: ID!
            author: Diner @provides(fields: "name home { city }")
            host: Diner
            of: Subject @provides(fields: "... on Dish { title }")
          }
          type Diner @key(fields: "id") { id: ID! name: String @external home: Home @external }
          type Home @shareable { city: String }
          union Subject = Dish | Diner
          type Dish @key(fields: "id") { id: ID! title: String @external }
        `,
      },
      store: () => ({ Query: { reviews: [review], diner: mia }, entities: [mia, soup, review] }),
    });
  });

  test('what a subgraph knows of another’s diner is not asked for again', async () => {
    const { data } = await graph.agreed('{ reviews { author { name home { city } } } }');
    expect(data).toEqual({ reviews: [{ author: { name: 'Mia', home: { city: 'Harbin' } } }] });
    expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['reviews']);
  });

  test('what it knows by one way only is asked for by the other', async () => {
    await graph.agreed('{ reviews { author { name } host { name home { city street } } } }');
    expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['reviews', 'diners']);
  });

  test('the rest of it is fetched, and joined to what was known', async () => {
    await graph.agreed(
      '{ reviews { author { name tier home { city street } } of { ... on Dish { title calories } } } }',
    );
    await graph.agreed('{ reviews { author { id: name name: id home: tier } } }');
  });
});

describe('@shareable', () => {
  let graph: Federation;
  beforeAll(() => {
    const size = { width: 3, height: 4, unit: 'cm' };
    const dish = { __typename: 'Dish', id: 'd', name: 'Soup', size, sizes: [size, null, size] };
    graph = federate({
      subgraphs: {
        menu: `
          type Query { dish: Dish @shareable hello: Hello @shareable }
          type Dish @key(fields: "id") { id: ID! name: String @shareable size: Size @shareable sizes: [Size] @shareable }
          type Size @shareable { width: Int }
          type Hello @shareable { name: String menu: String }
        `,
        shop: `
          type Query { dish: Dish @shareable hello: Hello @shareable }
          type Dish @key(fields: "id") { id: ID! name: String @shareable size: Size @shareable sizes: [Size] @shareable }
          type Size @shareable { width: Int height: Int unit: String }
          type Hello @shareable { name: String shop: String }
        `,
      },
      store: () => ({ Query: { dish, hello: { name: 'n', menu: 'm', shop: 's' } }, entities: [dish] }),
    });
  });

  test('a value of which each subgraph knows a part is put together of them', async () => {
    const { data } = await graph.agreed('{ dish { id name size { width height unit } sizes { width height } } }');
    expect(data).toMatchObject({ dish: { size: { width: 3, height: 4, unit: 'cm' } } });
  });

  test('a field of the root that two subgraphs have is asked of each for what it knows', async () => {
    const { data } = await graph.agreed('{ hello { name menu shop } again: hello { shop } }');
    expect(data).toEqual({ hello: { name: 'n', menu: 'm', shop: 's' }, again: { shop: 's' } });
  });
});
