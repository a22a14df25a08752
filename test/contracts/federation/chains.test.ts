import { expect, test } from '@jest/globals';
import { federate } from './graph.ts';
import type { Computed } from './store.ts';

test('a chain of requirements may begin at any of its links', async () => {
  const hot: Computed = (self) => `${self('name')}, hot`;
  const label: Computed = (self, { loud }) => `"${self('hot')}"${loud ? '!' : ''}`;
  const bill: Computed = (self) => `${self('label', { loud: true })} ${self('price')}`;
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', hot, label, bill, price: 7, temperature: 70 };
  const chain = federate({
    subgraphs: {
      names: 'type Query { named: Dish } type Dish @key(fields: "id") { id: ID! name: String }',
      kitchen: `
        type Query { cooked: Dish }
        type Dish @key(fields: "id") {
          id: ID!
          temperature: Int
          name: String @external
          hot: String @requires(fields: "name")
        }
      `,
      printer: `
        type Query { printed: Dish }
        type Dish @key(fields: "id") {
          id: ID!
          hot: String @external
          label(loud: Boolean): String @requires(fields: "hot")
        }
      `,
      counter: `
        type Query { sold: Dish }
        type Dish @key(fields: "id") {
          id: ID!
          price: Int
          label(loud: Boolean): String @external
          bill: String @requires(fields: "label(loud: true)")
        }
      `,
    },
    store: () => ({ Query: { named: soup, cooked: soup, printed: soup, sold: soup }, entities: [soup] }),
  });
  for (const start of ['named', 'cooked', 'printed', 'sold']) {
    for (const fields of [
      'hot',
      'label',
      'bill',
      'hot label',
      'temperature label name',
      'bill label(loud: false) price',
    ])
      await chain.agreed(`{ ${start} { ${fields} } }`);
  }
  expect((await chain.agreed('{ cooked { label } }')).data).toEqual({ cooked: { label: '"Soup, hot"' } });
  expect((await chain.agreed('{ sold { id: bill bill: id } }')).data).toEqual({
    sold: { id: '"Soup, hot"! 7', bill: '1' },
  });
});

test('a link in the middle may answer with objects of all kinds, and be asked with values of all kinds', async () => {
  const text = (value: unknown) => JSON.stringify(value, (key, one) => (key === '__typename' ? undefined : one));
  const cook = { __typename: 'Cook', id: 'c', name: 'Ann', shift: 'LATE' };
  const serving: Computed = (self, { as }) => ({
    __typename: 'Bowl',
    size: `${self('weight')} g ${as ? text(as) : ''}`.trim(),
    by: cook,
  });
  const note: Computed = (self) => text((self('serving') as { size: string }).size);
  const soup = { __typename: 'Dish', id: '1', weight: 300, serving, note };
  const chain = federate({
    subgraphs: {
      scales: 'type Query { weighed: Dish } type Dish @key(fields: "id") { id: ID! weight: Int }',
      kitchen: `
        type Query { cooked: Dish }
        type Dish @key(fields: "id") { id: ID! weight: Int @external serving(as: Wish): Serving @requires(fields: "weight") }
        input Wish { spice: Spice = MILD sides: [String] }
        enum Spice { MILD HOT }
        interface Serving { size: String by: Cook }
        type Bowl implements Serving { size: String by: Cook soupOnly: Boolean }
        type Plate implements Serving { size: String by: Cook rim: Rim }
        union Rim = Gold | Blue
        type Gold { grams: Int }
        type Blue { year: Int }
        type Cook @key(fields: "id") { id: ID! shift: Shift }
        enum Shift { EARLY LATE }
      `,
      staff: 'type Cook @key(fields: "id") { id: ID! name: String }',
      printer: `
        type Dish @key(fields: "id") {
          id: ID!
          serving(as: Wish): Serving @external
          note: String @requires(fields: "serving { size }")
        }
        interface Serving { size: String }
        type Bowl implements Serving @external { size: String }
        type Plate implements Serving @external { size: String }
        input Wish { spice: Spice = MILD sides: [String] }
        enum Spice { MILD HOT }
      `,
    },
    store: () => ({ Query: { weighed: soup, cooked: soup }, entities: [soup, cook] }),
  });
  const query = `query ($as: Wish) { cooked {
    note
    serving(as: $as) { size by { name shift } ... on Bowl { soupOnly } ... on Plate { rim { ... on Gold { grams } } } }
  } }`;
  expect((await chain.agreed(query, { as: { sides: ['rice'] } })).data).toEqual({
    cooked: {
      note: '"300 g"',
      serving: { size: '300 g {"spice":"MILD","sides":["rice"]}', by: { name: 'Ann', shift: 'LATE' }, soupOnly: null },
    },
  });
  await chain.agreed('{ weighed { note serving { by { shift } } } }');
});

test.each([
  [
    'is told some of it too',
    'station: Station @external',
    '@requires(fields: "station { grease }")',
    'grease: String @external',
  ],
  ['knows nothing of it', '', '', ''],
])(
  'a subgraph that %s is not asked for what it does not know on the way to what is required',
  async (_, link, needs, told) => {
    const warning: Computed = (self) => `${(self('station') as { heat: number }).heat} degrees`;
    const smell: Computed = (self) => (needs ? `${(self('station') as { grease: string }).grease} grease` : 'good');
    const station = { __typename: 'Station', id: 's', heat: 90, grease: 'old', lit: true };
    const soup = { __typename: 'Dish', id: '1', station, warning, smell };
    const watch = federate({
      subgraphs: {
        stations: `
        type Query { ordered: Dish }
        type Dish @key(fields: "id") { id: ID! station: Station warning: String @requires(fields: "station { heat }") }
        type Station @key(fields: "id") { id: ID! lit: Boolean heat: Int @external }
      `,
        sensors: `
        type Query { served: Dish }
        type Dish @key(fields: "id") { id: ID! ${link} smell: String ${needs} }
        type Station @key(fields: "id") { id: ID! heat: Int ${told} }
      `,
        cleaning: 'type Station @key(fields: "id") { id: ID! grease: String }',
      },
      store: () => ({ Query: { ordered: soup, served: soup }, entities: [soup, station] }),
    });
    expect((await watch.agreed('{ served { warning } }')).data).toEqual({ served: { warning: '90 degrees' } });
    await watch.agreed('{ served { warning smell station { heat grease lit } } }');
    await watch.agreed('{ ordered { smell station { lit } warning } }');
  },
);
