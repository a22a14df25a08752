import { expect, test } from '@jest/globals';
import { keptPlans } from '../../../gateway/plan/kept-plans.ts';
import type { App } from '../../app.ts';
import { federate } from '../federation/graph.ts';
import { askFrom, refusalIn, startShelf } from './shelf.ts';

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

/** A chain whose tables all lead to each other, and of which each of four subgraphs knows everything. */
const chain = federate({
  subgraphs: Object.fromEntries(
    [0, 1, 2, 3].map((index) => [
      `part${index}`,
      `
      type Query { seat: Seat @shareable }
      interface Seat { id: ID! next: Seat free: Boolean }
      ${many(4, (i) => `type Seat${i} implements Seat @key(fields: "id") @shareable { id: ID! next: Seat free: Boolean }`)}
    `,
    ]),
  ),
  store: () => {
    const seat: Record<string, unknown> = { __typename: 'Seat0', id: '1', free: true };
    return { Query: { seat: Object.assign(seat, { next: seat }) }, entities: [seat] };
  },
});
const seats = (depth: number) => `{ seat { ${'next { '.repeat(depth)} free ${'}'.repeat(depth)} } }`;

test('a chain of a few words that may be followed in millions of ways is refused before it is planned', async () => {
  for (const depth of [6, 13]) {
    const { data, errors } = await chain.ask(seats(depth));
    expect([data, errors]).toMatchObject([undefined, [{ extensions: { code: 'TOO_COMPLEX' } }]]);
    expect(chain.calls).toEqual([]);
  }
  // And again, now that it is known.
  expect((await chain.ask(seats(13))).errors).toMatchObject([{ extensions: { code: 'TOO_COMPLEX' } }]);
  await chain.agreed('{ seat { free next { free } } }');
});

test('conditions on interfaces in interfaces are not spelled out without end', async () => {
  const types = Array.from({ length: 8 }, (_, index) => `Bowl${index}`);
  const bowls = federate({
    subgraphs: {
      menu: `
        type Query { bowl: Bowl }
        interface Named { name: String }
        interface Bowl @key(fields: "id") { id: ID! name: String with: Bowl }
        ${types.map((type) => `type ${type} implements Bowl & Named @key(fields: "id") { id: ID! name: String with: Bowl }`).join(' ')}
      `,
      sales: 'type Bowl @interfaceObject @key(fields: "id") { id: ID! sold: Int }',
    },
    store: () => {
      const inner = { __typename: 'Bowl0', id: '1', name: 'Rice', sold: 3, with: null };
      const bowl = { __typename: 'Bowl1', id: '2', name: 'Soup', sold: 2, with: inner };
      return { Query: { bowl }, entities: [bowl, inner] };
    },
  });
  const nested = (depth: number): string =>
    depth === 0 ? 'sold' : `with { ... on Named { name ... on Bowl { ${nested(depth - 1)} } } }`;
  expect((await bowls.ask(`{ bowl { ${nested(12)} } }`)).errors).toMatchObject([
    { extensions: { code: 'TOO_COMPLEX' } },
  ]);
  await bowls.agreed(`{ bowl { ${nested(1)} } }`);
});

/** An operation that nobody has asked before. */
const fresh = (index: number) => `{ a${index}: dish(id: "1") { id name } }`;

test('whoever has ever new operations planned is told to wait; what is known is answered, and everybody else', async () => {
  await using app: App = await startShelf({ TRUST_PROXY: '1', PLANNING_PER_MINUTE: '12' });
  for (const index of [1, 2, 3, 4]) expect((await askFrom(app, '203.0.113.1', fresh(index))).errors).toBeUndefined();
  const refused = await askFrom(app, '203.0.113.1', fresh(5));
  expect(refusalIn(refused)).toEqual({ code: 'RATE_LIMITED', limit: 'planningPerMinute', allowed: 12, asked: 15 });
  expect(refused.response.status).toBe(429);
  for (const index of [1, 2, 3, 4, 1, 2, 3])
    expect((await askFrom(app, '203.0.113.1', fresh(index))).errors).toBeUndefined();
  expect((await askFrom(app, '203.0.113.2', fresh(5))).errors).toBeUndefined();
  // Now that it is planned, it is everybody's.
  expect((await askFrom(app, '203.0.113.1', fresh(5))).errors).toBeUndefined();
});

test('the ways of one operation by its conditions are planned for a caller as far as that goes', async () => {
  await using app = await startShelf({ TRUST_PROXY: '1', PLANNING_PER_MINUTE: '100' });
  const names = Array.from({ length: 8 }, (_, index) => `v${index}`);
  const query = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${names
    .map((name) => `${name}: dish(id: "1") @include(if: $${name}) { id }`)
    .join(' ')} }`;
  const codes = new Set<string>();
  for (let way = 0; way < 20; way += 1) {
    const variables = Object.fromEntries(names.map((name, index) => [name, Boolean(way & (1 << index))]));
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.3' };
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    codes.add(errors?.[0]?.extensions.code ?? 'answered');
  }
  expect([...codes]).toEqual(['answered', 'RATE_LIMITED']);
});

test('plans are kept as long as there is room; the oldest go first, and a large one in many ways is not all there is', () => {
  const kept = new Set<number>();
  const keep = keptPlans();
  for (let plan = 0; plan < 1_000; plan += 1) {
    kept.add(plan);
    keep(1_000, () => kept.delete(plan));
  }
  expect([...kept]).toEqual(Array.from({ length: 100 }, (_, index) => 900 + index));
});
