import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../kernel/ids.ts';
import { webhookHeaders } from '../../kernel/webhook-signature.ts';
import { type App, startApp } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { type Command, runFile } from '../process.ts';

const example = join(import.meta.dirname, '../../docs/examples/thank-you');
const folder = mkdtempSync(join(tmpdir(), 'dinegraph-thank-you-'));
const secretFile = join(folder, 'secret');
const REGISTER = 'mutation ($input: RegisterPluginInput!) { registerPlugin(input: $input) { secret } }';
const RENEW = 'mutation { renewPluginSecret(name: "thank-you") { secret } }';
const ORDER = 'query ($id: ID!) { order(id: $id) { state paidAt thanks { text at } } }';
const GIVEN = 'query ($storeId: ID!) { thanksGiven(storeId: $storeId) }';
const SENT = '{ remotePlugins { deliveries(first: 1) { edges { node { id aggregate version body } } } } }';
const MINUTE = 60;

let app: App;
let restaurant: Restaurant;
let counter: Counter;
let server: Command;
let url: string;
let secret: string;

/** Starts the product, and the plug-in as its README says. */
beforeAll(async () => {
  app = await startApp({ environment: { REMOTE_PLUGINS_KEY: 'k'.repeat(40) } });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  const options = ['--port', '0', '--secret-file', secretFile, '--database', join(folder, 'thanks.sqlite')];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  server = runFile('python3', ['server.py', ...options], { cwd: example, env });
  url = (await server.printed(/listening on (\S+)/))[1] ?? '';
}, 60_000);
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const now = () => Math.floor(Date.now() / 1_000);
const signed = (body: string, id: string = newId(), at = now(), by = secret) => webhookHeaders({ id, at, body }, [by]);
const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url + path, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text() };
};
const ask = (query: string) => post('/graphql', query, signed(query));
const thanksOf = async (id: string) => (await app.ask(ORDER, { id }, restaurant.guest.token)).order;
const given = async () => (await app.ask(GIVEN, { storeId: restaurant.shop.storeId })).thanksGiven;
/** The webhook that it was sent last, as it was sent. */
const lastSent = async () => {
  const { remotePlugins } = await app.ask(SENT, {}, restaurant.hq.token);
  return remotePlugins[0].deliveries.edges[0].node;
};
/** Pays, and waits until the plug-in has heard of it. */
async function paid(): Promise<string> {
  const { id } = await counter.placed();
  await counter.pay(restaurant.guest, id);
  await server.printed(new RegExp(`took order.paid of ${id}`));
  return id;
}

test('before it is registered it says its schema, and nothing else', async () => {
  const about = await post('/graphql', JSON.stringify({ query: '{ _service { sdl } }' }));
  expect(JSON.parse(about.text).data._service.sdl).toContain('thanks: Thanks');
  const more = await post('/graphql', JSON.stringify({ query: '{ thanksGiven(storeId: "1") }' }));
  expect(JSON.parse(more.text)).toEqual({ errors: [{ message: 'there is no field Query.thanksGiven' }] });
  expect((await post('/webhooks', '{}')).status).toBe(401);
});

test('it is registered with its addresses alone, and the graph has its field', async () => {
  const input = {
    name: 'thank-you',
    contract: '1.0',
    url: `${url}/graphql`,
    webhookUrl: `${url}/webhooks`,
    events: ['order.paid'],
    scopes: ['orders:read'],
  };
  secret = (await app.ask(REGISTER, { input }, restaurant.hq.token)).registerPlugin.secret;
  writeFileSync(secretFile, `${secret}\n`);
  const { id } = await counter.placed();
  // Nothing tells a client when the gateway has taken the new graph.
  while ((await app.graph(ORDER, { id }, restaurant.guest.token)).errors) await pause(50);
  expect(await thanksOf(id)).toEqual({ state: 'AWAITING_PAYMENT', paidAt: null, thanks: null });
  expect(await given()).toBe(0);
}, 30_000);

test('who has paid is thanked, by the number of the day', async () => {
  const first = await thanksOf(await paid());
  expect(first).toMatchObject({ state: 'PAID', thanks: { text: 'Thank you! You were number 1 today.' } });
  expect(first.thanks.at).toBe(first.paidAt);
  const second = await thanksOf(await paid());
  expect(second.thanks.text).toBe('Thank you! You were number 2 today.');
  expect(await given()).toBe(2);
}, 30_000);

test('it is asked in whatever way a client asks', async () => {
  const { aggregate: id } = await lastSent();
  const query = `query ($id: ID!, $yes: Boolean!, $no: Boolean = false) {
    order(id: $id) {
      said: thanks { ...What __typename }
      thanks { at @skip(if: $yes) }
      thanks { words: text @include(if: $yes) }
    }
    none: thanksGiven(storeId: "elsewhere")
    never: thanksGiven(storeId: "elsewhere") @include(if: $no)
  }
  fragment What on Thanks { text }`;
  const text = 'Thank you! You were number 2 today.';
  expect(await app.ask(query, { id, yes: true }, restaurant.guest.token)).toEqual({
    order: { said: { text, __typename: 'Thanks' }, thanks: { words: text } },
    none: 0,
  });
});

test('what is not from the product is refused, and changes nothing', async () => {
  const { body } = await lastSent();
  const forged = body.replaceAll(JSON.parse(body).aggregate, newId());
  const stranger = `whsec_${Buffer.alloc(32).toString('base64')}`;
  const refused = {
    'nobody signed it': {},
    'a stranger signed it': signed(forged, newId(), now(), stranger),
    'what was signed is something else': signed(body),
    'it is a recording': signed(forged, newId(), now() - 6 * MINUTE),
    'it is from the future': signed(forged, newId(), now() + 6 * MINUTE),
  };
  for (const [why, headers] of Object.entries(refused))
    for (const path of ['/webhooks', '/graphql'])
      expect({ why, path, ...(await post(path, forged, headers)) }).toEqual({ why, path, status: 401, text: '' });
  expect(await given()).toBe(2);
});

test('a webhook that comes again, or late, has no second effect', async () => {
  const { id, aggregate, version, body } = await lastSent();
  expect((await post('/webhooks', body, signed(body, id))).status).toBe(204);
  await server.printed(new RegExp(`passed over order.paid of ${aggregate}`));
  // Each of another order's, so that an effect would be seen.
  const other = (changed: object) =>
    JSON.stringify({ ...JSON.parse(body), ...changed }).replace('"orderId":"', '"orderId":"other-');
  const again = other({ version: version + 1 });
  expect((await post('/webhooks', again, signed(again, id))).status).toBe(204);
  const late = other({ version: version - 1 });
  expect((await post('/webhooks', late, signed(late))).status).toBe(204);
  expect(await given()).toBe(2);
});

test('what it does not understand is answered with errors, and too much is not read', async () => {
  const questions = ['mutation { thank }', '{ __schema { types { name } } }', '{ _entities(', '{ thanksGiven(of: 3) }'];
  for (const query of questions) {
    const { status, text } = await ask(JSON.stringify({ query }));
    expect({ query, status, ...JSON.parse(text) }).toMatchObject({ query, status: 200, errors: [{}] });
  }
  expect((await ask('no JSON')).status).toBe(200);
  expect((await post('/webhooks', 'no JSON', signed('no JSON'))).status).toBe(400);
  expect((await ask('{}')).text).toContain('there is no query');
});

test('its secret is renewed while it is served, before and after it knows', async () => {
  const id = await paid();
  const { renewPluginSecret } = await app.ask(RENEW, {}, restaurant.hq.token);
  expect(renewPluginSecret.secret).not.toBe(secret);
  expect((await thanksOf(id)).thanks.text).toContain('number 3');
  secret = renewPluginSecret.secret;
  writeFileSync(secretFile, secret);
  await paid();
  // The gateway hears of a new secret as it hears of a new graph.
  while ((await app.graph(GIVEN, { storeId: restaurant.shop.storeId })).errors) await pause(50);
  expect(await given()).toBe(4);
}, 30_000);

test('an order is shown without its thanks when the plug-in has died', async () => {
  const id = await paid();
  server.child.kill('SIGKILL');
  await server.ended();
  const { data, errors } = await app.graph(ORDER, { id }, restaurant.guest.token);
  expect(data.order).toMatchObject({ state: 'PAID', thanks: null });
  expect(errors).toEqual([expect.objectContaining({ path: ['order', 'thanks'] })]);
  expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
}, 30_000);
