import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type HttpServer, serveHttp } from '../../kernel/http-server.ts';
import { hostTally, readableLog, remoteTally, silent, ZIPPED } from './tally.ts';
import { headersOf, over, stranger } from './wire-tap.ts';

const diner = { kind: 'diner', id: 'lan' } as const;

/** A gateway that passes everything on to the tally at these addresses. */
async function passingOn(urls: string[]): Promise<HttpServer & AsyncDisposable & { at: string }> {
  const remote = remoteTally(urls);
  const http = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    handlers: [(request) => remote.route('tally', request, diner)],
    health: async () => ({ ready: true }),
    drain: 0,
    log: silent,
  });
  return {
    ...http,
    at: http.url.replace('localhost', '127.0.0.1'),
    async [Symbol.asyncDispose]() {
      http.server.closeAllConnections();
      await http.close();
      await remote.close();
    },
  };
}

test('the log says that a route cannot be reached, or is called by a stranger, and nothing of what was asked of it', async () => {
  const { log, lines } = readableLog();
  const url = 'http://127.0.0.1/t/TABLE-7?phone=13912345678';
  const remote = remoteTally(['http://127.0.0.1:9'], { log });
  expect((await remote.route('tally', new Request(url), diner)).status).toBe(503);
  await remote.close();
  await using host = await hostTally({ log });
  expect((await fetch(`${host.url}/t/TABLE-7?phone=13912345678`)).status).toBe(401);
  expect((await fetch(`${host.url}/_/graph/TABLE-7`, { method: 'POST', body: '13912345678' })).status).toBe(401);
  const said = (msg: string) => lines.find((line) => line.msg === msg);
  expect(said('a module of another process is unavailable')).toMatchObject({ module: 'tally' });
  expect(said('a call was refused')).toMatchObject({ place: 'GET /t/:code' });
  expect(JSON.stringify(lines)).not.toMatch(/TABLE-7|13912345678/);
});

test('a route sees the request as the client sent it, and who the person is', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  const { status, body } = await over(gateway.at, {
    path: '/t/A%2F%E4%BA%8C?from=%E9%97%A8&x=1&x=2',
    headers: {
      host: 'shop.example:8080',
      cookie: 'a=1; b=2',
      authorization: 'Bearer x',
      'x-forwarded-for': '10.0.0.7',
      'x-dinegraph-identity': 'forged',
      'x-dinegraph-anything': 'forged',
      connection: 'keep-alive, x-hop',
      'x-hop': 'of this connection',
    },
  });
  expect(status).toBe(200);
  const { url, code, who, sent } = JSON.parse(body.toString());
  expect(url).toBe('http://shop.example:8080/t/A%2F%E4%BA%8C?from=%E9%97%A8&x=1&x=2');
  expect(code).toBe('A/二');
  expect(who).toEqual(diner);
  expect(Object.fromEntries(sent)).toEqual({
    host: 'shop.example:8080',
    cookie: 'a=1; b=2',
    authorization: 'Bearer x',
    'x-forwarded-for': '10.0.0.7',
  });
});

test.each([
  ['bytes that are no text', Buffer.from([0, 255, 254, 0xc3, 0x28, 13, 10, 0x80])],
  ['gzip', gzipSync('<xml>paid</xml>')],
  ['nothing', Buffer.alloc(0)],
  ['a megabyte', Buffer.alloc(1_000_000, 'é')],
])('%s goes through and comes back byte for byte', async (_, body) => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  const headers = { 'content-type': 'text/xml; charset=gbk', 'content-encoding': 'gzip' };
  const answer = await over(gateway.at, { method: 'POST', path: '/hook', headers, body });
  expect(answer).toMatchObject({ status: 201, statusText: 'Noted' });
  expect(answer.body.equals(body)).toBe(true);
});

test('a body of more than a megabyte is refused, said or unsaid how long', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  const body = Buffer.alloc(1_000_001);
  const said = await over(gateway.at, {
    method: 'POST',
    path: '/hook',
    headers: { 'content-length': '1000001' },
    body,
  });
  const unsaid = await over(gateway.at, {
    method: 'POST',
    path: '/hook',
    headers: { 'transfer-encoding': 'chunked' },
    body,
  });
  for (const { status, body } of [said, unsaid]) {
    expect(status).toBe(413);
    expect(JSON.parse(body.toString()).errors[0].extensions.code).toBe('BAD_INPUT');
  }
  expect(host.done).toEqual([]);
});

test('several cookies, a status of its own, HEAD and 304 come back as they are', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  const cookies = await over(gateway.at, { path: '/cookies' });
  expect(headersOf(cookies, 'set-cookie')).toEqual(['a=1; Path=/', 'b=2, and more']);
  expect(cookies.body.toString()).toBe('two cookies');
  expect(await over(gateway.at, { path: '/gone' })).toMatchObject({ status: 410, body: Buffer.from('{"gone":true}') });
  const head = await over(gateway.at, { method: 'HEAD', path: '/cookies' });
  expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  expect(headersOf(head, 'set-cookie')).toHaveLength(2);
  const cached = await over(gateway.at, { path: '/cached' });
  expect(cached).toMatchObject({ status: 304, body: Buffer.alloc(0) });
  expect(headersOf(cached, 'etag')).toEqual(['"7"']);
});

test('nothing is unpacked on the way', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  const zipped = await over(gateway.at, { path: '/zipped' });
  expect(headersOf(zipped, 'content-encoding')).toEqual(['gzip']);
  expect(zipped.body.equals(Buffer.from(ZIPPED))).toBe(true);
});

test('headers of one connection and those of our own stop at the gateway', async () => {
  await using strange = await stranger((response) => {
    response.writeHead(200, {
      connection: 'close, x-hop',
      'x-hop': '1',
      'x-dinegraph-any': '1',
      'x-kept': '1',
      te: 'x',
    });
    response.end('ok');
  });
  await using gateway = await passingOn([strange.url]);
  const answer = await over(gateway.at, { path: '/t/1' });
  expect(['x-hop', 'x-dinegraph-any', 'te', 'x-kept'].flatMap((name) => headersOf(answer, name))).toEqual(['1']);
});

test('an answer that breaks off breaks off for the client too, and nobody waits', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  await expect(over(gateway.at, { path: '/torn' })).rejects.toThrow();
});

test('a path whose percent signs mean nothing is nobody’s', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  expect((await over(gateway.at, { path: '/t/%zz' })).status).toBe(404);
});

test('a route that cannot be reached is a 503 with a code', async () => {
  await using host = await hostTally();
  await using gateway = await passingOn([host.url]);
  await host.http.close();
  const answer = await over(gateway.at, { method: 'POST', path: '/hook', body: Buffer.from('x') });
  expect(answer.status).toBe(503);
  expect(headersOf(answer, 'retry-after')).toEqual(['1']);
  expect(JSON.parse(answer.body.toString()).errors[0].extensions).toEqual({ code: 'UNAVAILABLE' });
});

test('a POST that may have come is not sent again, and a GET is', async () => {
  await using strange = await stranger((response) => response.destroy());
  await using gateway = await passingOn([strange.url]);
  expect((await over(gateway.at, { method: 'POST', path: '/hook', body: Buffer.from('x') })).status).toBe(503);
  expect(strange.came).toHaveLength(1);
  expect((await over(gateway.at, { path: '/t/1' })).status).toBe(503);
  expect(strange.came).toHaveLength(5);
});
