import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { App } from '../../app.ts';
import { shelf, startShelf } from './shelf.ts';

let app: App;
beforeAll(async () => {
  app = await startShelf({ MAX_BODY: '2000' });
});
afterAll(() => app[Symbol.asyncDispose]());

const UNLOCK = 'mutation { unlock(pin: "0042") }';
const READ = '{ dish(id: "1") { name } }';
const READY = { data: { dish: { name: 'dish 1' } } };
let before: number;
beforeEach(() => {
  before = shelf.asked;
});
const json = { 'content-type': 'application/json' };

async function send(method: string, headers: Record<string, string>, body?: string | FormData, query?: string) {
  const search = query === undefined ? '' : `?${new URLSearchParams({ query })}`;
  const response = await fetch(`${app.url}/graphql${search}`, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, text: await response.text() };
}

const codeIn = (text: string) => JSON.parse(text).errors[0].extensions.code;

function form(query: string): FormData {
  const data = new FormData();
  data.set('operations', JSON.stringify({ query }));
  data.set('map', '{}');
  return data;
}

const forms: [string, string, Record<string, string>, (query: string) => string | FormData | undefined][] = [
  ['a link (GET)', 'GET', {}, () => undefined],
  ['a picture (GET)', 'GET', { accept: 'image/*' }, () => undefined],
  [
    'a form',
    'POST',
    { 'content-type': 'application/x-www-form-urlencoded' },
    (query) => `${new URLSearchParams({ query })}`,
  ],
  ['a form with files', 'POST', {}, form],
  ['a form of plain text', 'POST', { 'content-type': 'text/plain' }, (query) => JSON.stringify({ query })],
  [
    'plain text that says it is more',
    'POST',
    { 'content-type': 'text/plain; application/json' },
    (query) => JSON.stringify({ query }),
  ],
  ['two types', 'POST', { 'content-type': 'text/plain, application/json' }, (query) => JSON.stringify({ query })],
  [
    'an event stream of another page',
    'GET',
    { accept: 'text/event-stream', 'sec-fetch-site': 'cross-site' },
    () => undefined,
  ],
];

test.each(forms)(
  '%s of a page somewhere else is refused, for reading and for writing',
  async (_, method, headers, body) => {
    for (const query of [UNLOCK, READ]) {
      const { status, text } = await send(method, headers, body(query), method === 'GET' ? query : undefined);
      expect(status).toBeGreaterThanOrEqual(400);
      // Whoever wants a picture does not even get a reason.
      if (status !== 406) expect(text).toContain('"code":"NOT_FROM_A_FORM"');
    }
    expect(shelf).toMatchObject({ tried: [], asked: before });
  },
);

test.each(['graphql-require-preflight', 'apollo-require-preflight', 'x-apollo-operation-name', 'x-graphql-yoga-csrf'])(
  'a client that asks by GET says so by %s, and may read; nobody writes by GET',
  async (name) => {
    expect(JSON.parse((await send('GET', { [name]: '1' }, undefined, READ)).text)).toEqual(READY);
    const { status, text } = await send('GET', { [name]: '1' }, undefined, UNLOCK);
    expect([status, codeIn(text)]).toEqual([405, 'BAD_REQUEST']);
    expect(shelf.tried).toEqual([]);
  },
);

test('a client that posts JSON is answered, and so is a page of the gateway’s own', async () => {
  const body = JSON.stringify({ query: READ });
  const posted = await send('POST', { 'content-type': 'application/json; charset=utf-8' }, body);
  expect(JSON.parse(posted.text)).toEqual(READY);
  expect(JSON.parse((await send('GET', { 'sec-fetch-site': 'same-origin' }, undefined, READ)).text)).toEqual(READY);
});

test('a page of another origin may ask, but never with what its browser keeps for this one', async () => {
  const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
  const { headers } = await fetch(`${app.url}/graphql`, { method: 'OPTIONS', headers: preflight });
  expect(headers.get('access-control-allow-credentials')).toBeNull();
});

test('a page of an origin that is named may; of another, not', async () => {
  await using own = await startShelf({ ALLOWED_ORIGINS: 'https://menu.example,https://app.example' });
  const allowed = async (origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' };
    return (await fetch(`${own.url}/graphql`, { method: 'OPTIONS', headers })).headers.get(
      'access-control-allow-origin',
    );
  };
  expect(await allowed('https://menu.example')).toBe('https://menu.example');
  expect(await allowed('https://evil.example')).toBe('null');
  const opened = (headers: Record<string, string>) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(own.url.replace('http', 'ws').concat('/graphql'), 'graphql-transport-ws', {
        headers,
      });
      socket.on('open', () => {
        resolve(true);
        socket.close();
      });
      socket.on('error', () => resolve(false));
    });
  expect(await opened({ origin: 'https://evil.example' })).toBe(false);
  for (const origin of ['https://app.example', own.url]) expect(await opened({ origin })).toBe(true);
  expect(await opened({})).toBe(true);
});

test('a body that is too large is refused; one that is not, is read', async () => {
  const padded = (length: number) => JSON.stringify({ query: READ, variables: { x: 'x'.repeat(length) } });
  const { status, text } = await send('POST', json, padded(2000));
  expect([status, codeIn(text)]).toEqual([413, 'REQUEST_ENTITY_TOO_LARGE']);
  expect(JSON.parse((await send('POST', json, padded(1000))).text)).toEqual(READY);
});

test('operations in a list are refused, unless that is switched on, and then no more than so many', async () => {
  const list = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({ query: READ })));
  const { status, text } = await send('POST', json, list(2));
  expect([status, codeIn(text)]).toEqual([400, 'BAD_REQUEST']);
  await using lists = await startShelf({ MAX_BATCH: '2' });
  const sent = async (count: number) =>
    (await fetch(`${lists.url}/graphql`, { method: 'POST', headers: json, body: list(count) })).json();
  expect(await sent(2)).toEqual([READY, READY]);
  expect(await sent(3)).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
});
