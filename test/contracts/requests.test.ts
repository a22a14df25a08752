import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { reader, WRITE, writer } from './notes.ts';

let app: App;
beforeAll(async () => {
  app = await startApp({ modules: [writer, reader] });
});
afterAll(() => app[Symbol.asyncDispose]());

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json) =>
  fetch(`${app.url}/graphql`, { method: 'POST', headers, body });

test.each([
  ['half of a body', '{"query":', 400],
  ['a list of operations', '[{"query":"{ reads }"}]', 400],
  ['nothing at all', 'null', 400],
  ['a megabyte', JSON.stringify({ query: WRITE, variables: { key: 'x'.repeat(1_000_000), id: 'a' } }), 413],
])('%s is refused with a code and nothing of our insides', async (_, body, status) => {
  const answer = await post(body);
  expect(answer.status).toBe(status);
  const { errors } = (await answer.json()) as { errors: { extensions: object }[] };
  expect(errors.map(({ extensions }) => Object.keys(extensions))).toEqual([['code']]);
});

test('who asks for another protocol is answered in this one', async () => {
  const headers = { connection: 'upgrade', upgrade: 'h2c', 'graphql-require-preflight': '1' };
  const asked = request(`${app.url}/graphql?query={reads}`, { headers });
  const answered = once(asked, 'response');
  asked.end();
  const [response] = (await answered) as [IncomingMessage];
  expect([response.statusCode, JSON.parse(await text(response))]).toEqual([200, { data: { reads: 0 } }]);
});

test.each(['shop/graphql?query={reads}&', 'shop/', 'shop?', 'shop#', 'cook:1234@shop', 'shop\\graphql'])(
  'a host that is more than a host (%s) is refused, and leads nowhere else',
  async (host) => {
    const asked = request(`${app.url}/elsewhere`, { headers: { host } });
    const answered = once(asked, 'response');
    asked.end();
    const [response] = (await answered) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(400);
  },
);

test('a mutation by GET is refused, and does nothing', async () => {
  const query = new URLSearchParams({ query: 'mutation { write(key: "k", id: "get") { id } }' });
  expect((await fetch(`${app.url}/graphql?${query}`)).status).toBe(403);
  const headers = { 'graphql-require-preflight': '1' };
  expect((await fetch(`${app.url}/graphql?${query}`, { headers })).status).toBe(405);
  expect(await app.ask('{ note(id: "get") { id } }')).toEqual({ note: null });
});

test('an operation larger than anybody’s honest wish is refused before it costs anything', async () => {
  const wide = `{ ${Array.from({ length: 3000 }, (_, index) => `a${index}: reads`).join(' ')} }`;
  expect((await app.graph(wide)).errors?.[0]?.extensions.code).toBe('TOO_LARGE');
  expect((await app.graph(`# ${'x'.repeat(60_000)}\n{ reads }`)).errors?.[0]?.extensions.code).toBe('TOO_LARGE');
  expect(await app.ask('{ reads }')).toEqual({ reads: 0 });
});

test('a text that is none (NUL, half a character) is refused wherever it stands', async () => {
  for (const id of ['a\0b', '\ud800'])
    expect((await app.graph('query ($id: ID!) { note(id: $id) { id } }', { id })).errors?.[0]?.extensions.code).toBe(
      'BAD_INPUT',
    );
  expect((await app.graph('{ note(id: "a\\u0000") { id } }')).errors?.[0]?.extensions.code).toBe('BAD_INPUT');
});

test('a token that is none is no sign-in, and not taken for nobody either', async () => {
  const { errors } = await app.graph('{ reads }', {}, 'forged');
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});
