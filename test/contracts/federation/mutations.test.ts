import { expect, test } from '@jest/globals';
import { federate, told } from './graph.ts';
import type { Computed, Thing } from './store.ts';

function start() {
  return federate({
    subgraphs: {
      orders: `
        type Query { order: Order }
        type Mutation { place(dish: ID!): Order! cancel: Order close: Int! }
        type Order @key(fields: "id") { id: ID! dishes: [ID!]! }
      `,
      till: `
        type Mutation { pay(amount: Int!): Order }
        type Order @key(fields: "id") { id: ID! paid: Int! }
      `,
    },
    store() {
      const order: Thing = { __typename: 'Order', id: 'o', dishes: [] as string[], paid: 0 };
      const place: Computed = (_, { dish }) => Object.assign(order, { dishes: [...(order['dishes'] as []), dish] });
      const pay: Computed = (_, { amount }) => Object.assign(order, { paid: Number(order['paid']) + Number(amount) });
      const cancel: Computed = () => {
        if (Number(order['paid']) > 0) throw new Error('already paid');
        return Object.assign(order, { dishes: [] });
      };
      const snapshot =
        (act: Computed): Computed =>
        (self, args) => ({ ...(act(self, args) as Thing) });
      return {
        Query: { order },
        Mutation: { place: snapshot(place), pay: snapshot(pay), cancel, close: new Error('not yet') },
        entities: [order],
      };
    },
  });
}

test('what is asked for is done one after the other, whichever subgraph does it', async () => {
  const graph = start();
  const { data } = await graph.agreed(`mutation {
    a: place(dish: "soup") { dishes }
    b: pay(amount: 5) { id }
    c: place(dish: "tea") { dishes }
    d: place(dish: "cake") { dishes }
    e: pay(amount: 3) { paid }
  }`);
  expect(data).toEqual({
    a: { dishes: ['soup'] },
    b: { id: 'o' },
    c: { dishes: ['soup', 'tea'] },
    d: { dishes: ['soup', 'tea', 'cake'] },
    e: { paid: 8 },
  });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['orders', 'till', 'orders', 'till']);
});

test('the rest of an answer comes from other subgraphs before the next thing is done', async () => {
  const { data } = await start().agreed(
    'mutation { pay(amount: 2) { paid dishes } place(dish: "soup") { paid dishes } }',
  );
  expect(data).toEqual({ pay: { paid: 2, dishes: [] }, place: { paid: 2, dishes: ['soup'] } });
});

test('what is refused does not keep the rest from being done', async () => {
  const answer = await start().agreed('mutation { pay(amount: 1) { id } cancel { id } place(dish: "tea") { dishes } }');
  expect(answer.data).toMatchObject({ cancel: null, place: { dishes: ['tea'] } });
  expect(told(answer)).toEqual(['cancel: already paid']);
});

test('fragments, conditions and variables of a mutation', async () => {
  const query = `mutation ($dish: ID!, $pay: Boolean!) { ...All } fragment All on Mutation {
    place(dish: $dish) { dishes } pay(amount: 4) @include(if: $pay) { ...Paid } __typename
  } fragment Paid on Order { paid }`;
  await start().agreed(query, { dish: 'soup', pay: true });
  await start().agreed(query, { dish: 'soup', pay: false });
});

test('a mutation whose answer must not be null leaves nothing of the whole, and says why', async () => {
  const answer = await start().agreed('mutation { place(dish: "soup") { id } close }');
  expect(answer.data).toBeNull();
  expect(told(answer)).toEqual(['close: not yet']);
});
