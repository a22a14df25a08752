import { beforeAll, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { type Federation, federate } from './graph.ts';

const SPEECH = `
  extend schema @link(url: "https://specs.example.com/speech/v1.2", import: ["@spoken"]) @composeDirective(name: "@spoken")
  enum Tone { PLAIN WARM }
  directive @shown on FIELD
`;
const PLACES = 'on FIELD | QUERY';

let graph: Federation;
beforeAll(() => {
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', price: 5 };
  graph = federate({
    subgraphs: {
      menu: `${SPEECH}
        directive @spoken(tone: Tone!, loud: Boolean) ${PLACES}
        type Query { dish: Dish }
        type Dish @key(fields: "id") { id: ID! name: String }
      `,
      till: `${SPEECH}
        directive @spoken(tone: Tone! = PLAIN, loud: Boolean) ${PLACES}
        type Dish @key(fields: "id") { id: ID! price: Int }
      `,
    },
    store: () => ({ Query: { dish: soup }, entities: [soup] }),
  });
});

const asked = () => graph.calls.map(({ query }) => query.replaceAll(' ', ','));

test('a directive that subgraphs have made for clients reaches them, with what clients may leave out', async () => {
  const answer = await graph.agreed('{ dish { name @spoken price @spoken(tone: WARM, loud: true) } }');
  expect(answer).toEqual({ data: { dish: { name: 'Soup', price: 5 } } });
  expect(asked()).toEqual([
    expect.stringContaining('name@spoken(tone:PLAIN)'),
    expect.stringContaining('price@spoken(tone:WARM,loud:true)'),
  ]);
  await graph.agreed('query ($tone: Tone!) { dish { price @spoken(tone: $tone) } }', { tone: 'WARM' });
  expect(graph.calls[1]?.variables).toMatchObject({ tone: 'WARM' });
});

test('one that stands at the whole operation reaches every subgraph', async () => {
  await graph.agreed('query @spoken(tone: WARM) { dish { name price @shown } }');
  expect(asked()).toEqual([
    expect.stringMatching(/^query@spoken\(tone:WARM\){dish/),
    expect.stringMatching(/^query\(.*\)@spoken\(tone:WARM\){.*price@shown/),
  ]);
});

test('a key is not taken for what a directive may have made of it', async () => {
  await graph.agreed('{ dish { id @spoken price } }');
  expect(asked()[0]).toMatch(/:id@spoken/);
  expect(asked()[0]).toMatch(/\bid\b(?!@)/);
});

test('of what a supergraph links, clients see what is for them', () => {
  expect(graph.schema.getDirective('spoken')).toBeDefined();
  expect(graph.schema.getDirective('join__type')).toBeUndefined();
  expect(validate(graph.schema, parse('{ dish { name @unheard } }'))).toHaveLength(1);
});
