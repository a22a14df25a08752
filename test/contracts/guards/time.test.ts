import { expect, test } from '@jest/globals';
import { shelf, startShelf, ways } from './shelf.ts';

const NEVER = '{ never dish(id: "1") { name } }';
const HONEST = '{ dish(id: "1") { name } }';

test('what takes too long in all ends with a code and a 504, and the fetches with it; others are answered', async () => {
  await using app = await startShelf({ REQUEST_TIMEOUT_MS: '300' });
  const aborted = shelf.aborted;
  for (const way of Object.values(ways)) {
    const { data, errors } = await way(app, NEVER);
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TIMED_OUT', limit: 'requestTimeoutMs', allowed: 300 });
    expect((await way(app, HONEST)).data).toEqual({ dish: { name: 'dish 1' } });
  }
  expect(shelf.aborted - aborted).toBe(3);
  const body = JSON.stringify({ query: NEVER });
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${app.url}/graphql`, { method: 'POST', headers, body })).status).toBe(504);
});

test('a subgraph that takes too long costs its own part of an answer', async () => {
  await using app = await startShelf({ FETCH_TIMEOUT_MS: '300' });
  const aborted = shelf.aborted;
  for (const way of Object.values(ways)) {
    const { data, errors } = await way(app, '{ __typename never }');
    expect(data).toEqual({ __typename: 'Query', never: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', limit: 'fetchTimeoutMs', allowed: 300 });
    expect((await way(app, HONEST)).data).toEqual({ dish: { name: 'dish 1' } });
  }
  expect(shelf.aborted - aborted).toBe(3);
});
