import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE } from '../../../kernel/clock.ts';
import { type App, testClock } from '../../app.ts';
import { askFrom, refusalIn, shelf, startShelf, ways } from './shelf.ts';

/** 20 seconds into a minute. */
const clock = testClock(Math.floor(Date.now() / MINUTE) * MINUTE + 20_000);
let app: App;
beforeAll(async () => {
  app = await startShelf(
    {
      TRUST_PROXY: '1',
      REQUESTS_PER_MINUTE: '5',
      COST_PER_MINUTE: '100',
      FIELD_PER_MINUTE: '4',
      RATE_LIMITS: 'Mutation.unlock=3',
    },
    { clock },
  );
});
afterAll(() => app[Symbol.asyncDispose]());

const READ = '{ dish(id: "1") { id } }';
/** Asks again and again; answers what the last one was refused with. */
async function last(times: number, address: string, query: string) {
  for (let time = 1; time < times; time += 1) expect((await askFrom(app, address, query)).errors).toBeUndefined();
  return askFrom(app, address, query);
}

test('whoever asks too often is told when to come back, and is answered then; somebody else is not held up', async () => {
  const before = shelf.asked;
  const refused = await last(6, '203.0.113.1', '{ __typename }');
  expect(refusalIn(refused)).toEqual({ code: 'RATE_LIMITED', limit: 'requestsPerMinute', allowed: 5, asked: 6 });
  expect(refused.errors?.[0]?.extensions.retryAfter).toBe(40);
  expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '40']);
  expect(shelf.asked).toBe(before);
  expect((await askFrom(app, '203.0.113.2', READ)).errors).toBeUndefined();
  clock.advance(40_000);
  expect((await askFrom(app, '203.0.113.1', READ)).errors).toBeUndefined();
});

test('a field has a limit of its own, by default or by its name', async () => {
  expect(refusalIn(await last(5, '203.0.113.3', READ))).toMatchObject({
    limit: 'fieldPerMinute Query.dish',
    allowed: 4,
  });
  const refused = await last(4, '203.0.113.4', 'mutation { unlock(pin: "1") }');
  expect(refusalIn(refused)).toMatchObject({ limit: 'rateLimits Mutation.unlock', allowed: 3, asked: 4 });
});

test('a PIN is tried no more often when there are several in one request', async () => {
  const before = shelf.tried.length;
  const refused = await askFrom(
    app,
    '203.0.113.5',
    `mutation { ${[1, 2, 3, 4].map((i) => `a${i}: unlock(pin: "${i}")`).join(' ')} }`,
  );
  expect(refusalIn(refused)).toMatchObject({ limit: 'rateLimits Mutation.unlock', allowed: 3, asked: 4 });
  expect(shelf.tried.length).toBe(before);
});

test('many small answers cost as much as a large one', async () => {
  const page = '{ dishes(first: 20) { edges { node { id } } } }';
  const refused = await last(3, '203.0.113.6', page);
  expect(refusalIn(refused)).toEqual({ code: 'RATE_LIMITED', limit: 'costPerMinute', allowed: 100, asked: 123 });
});

test('a client cannot be somebody else by what it writes into X-Forwarded-For', async () => {
  await last(5, '198.51.100.1, 203.0.113.7', '{ __typename }');
  expect(refusalIn(await askFrom(app, '198.51.100.2, 203.0.113.7', '{ __typename }')).code).toBe('RATE_LIMITED');
  await using direct = await startShelf({ REQUESTS_PER_MINUTE: '1' });
  // With no proxy of ours, the header is nobody's; this machine itself has no limits.
  for (const query of [READ, READ]) expect((await askFrom(direct, '203.0.113.8', query)).errors).toBeUndefined();
});

test('a holder of a network of version 6 is one caller, whichever of its addresses is used', async () => {
  const address = (end: number) => `2001:db8:0:7::${end.toString(16)}`;
  for (let end = 1; end <= 5; end += 1) await askFrom(app, address(end), '{ __typename }');
  expect(refusalIn(await askFrom(app, address(6), '{ __typename }')).code).toBe('RATE_LIMITED');
  expect((await askFrom(app, '2001:db8:0:8::1', '{ __typename }')).errors).toBeUndefined();
});

test('nobody on this machine itself has no limits, whichever way it comes', async () => {
  for (const way of Object.values(ways))
    for (let time = 0; time < 7; time += 1) expect((await way(app, READ)).errors).toBeUndefined();
});

test('texts that nobody has asked before are read for an address as far as that goes, right or wrong', async () => {
  await using own = await startShelf({ TRUST_PROXY: '1', READING_PER_MINUTE: '100' }, { clock });
  const wrong = (index: number) => `{ nothing${index} ${' '.repeat(20)} }`;
  for (const index of [1, 2, 3])
    expect(refusalIn(await askFrom(own, '203.0.113.9', wrong(index))).limit).toBeUndefined();
  const refused = await askFrom(own, '203.0.113.9', wrong(4));
  expect(refusalIn(refused)).toMatchObject({ code: 'RATE_LIMITED', limit: 'readingPerMinute', allowed: 100 });
  expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
  expect((await askFrom(own, '203.0.113.10', READ)).errors).toBeUndefined();
  // That one had too much read says nothing of the text.
  const message = (await askFrom(own, '203.0.113.10', wrong(4))).errors?.[0]?.message;
  expect(message).toBe('Cannot query field "nothing4" on type "Query".');
  // What others have asked is known.
  for (let time = 0; time < 5; time += 1) expect((await askFrom(own, '203.0.113.9', READ)).errors).toBeUndefined();
});
