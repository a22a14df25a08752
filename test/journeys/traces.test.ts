import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Clients, clientsOf } from '../clients.ts';
import { type Collector, type SeenSpan, startCollector } from '../collector.ts';
import { type Command, run } from '../process.ts';
import { cook, demoGuest, demoStaff } from '../split/demo.ts';

const FOLLOW = 'subscription Follow ($orderId: ID!) { orderChanged(orderId: $orderId) { state } }';
const THEIRS = '11111111222222223333333344444444';

let collector: Collector;
let product: Command;
let clients: Clients;
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-traces-'));

/** Starts the product as an operator does who wants to see what it does. */
beforeAll(async () => {
  collector = await startCollector();
  product = run('start', [], {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '200',
  });
  const [, url = ''] = await product.printed(/(http:\/\/localhost:\d+)\/graphql/);
  clients = clientsOf(url);
}, 60_000);
afterAll(async () => {
  await clients?.close();
  await product?.[Symbol.asyncDispose]();
  await collector?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The names of the spans around a span, the outermost first. */
function wayTo(span: SeenSpan): string[] {
  const around = collector.spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(around ? wayTo(around) : []), span.name];
}

/** The lines of the log, without what is printed for people. */
const logOf = (command: Command) =>
  command
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n');

const named = (name: string) => (span: SeenSpan) => span.name === name;

/** Finds an operation by the name that its client gave it. */
const called = (name: string) => (span: SeenSpan) => span.attributes['graphql.operation.name'] === name;

test('one trace shows an order’s payment from the gateway through subgraphs and databases to the kitchen and the diner', async () => {
  const guest = await demoGuest(() => clients);
  const orderId = await guest.order();
  const frames = clients.sockets(guest.token).iterate({ query: FOLLOW, variables: { orderId } });
  await frames.next();
  await guest.pay(orderId);
  await frames.next();

  const wanted = (span: SeenSpan) =>
    span.name === 'devices order.paid' && span.attributes['dinegraph.aggregate'] === orderId;
  const spans = await collector.until((seen) => seen.some(wanted) && seen.some(named('frame')));
  const event = spans.find(wanted) as SeenSpan;
  const inTrace = spans.filter(({ traceId }) => traceId === event.traceId);
  expect(wayTo(event).slice(0, 4)).toEqual(['POST /graphql', 'mutation Mutation.payOrder', 'fetch orders', 'orders']);
  expect(wayTo(event)).toContain('transact orders');
  for (const name of ['inventory order.paid', 'marketing order.paid', 'insert devices', 'update orders', 'frame'])
    expect(inTrace.map((span) => span.name)).toContain(name);
  expect(inTrace.find(named('frame'))?.attributes).toMatchObject({ 'dinegraph.subgraph': 'orders' });
  expect(inTrace.find(named('insert devices'))?.attributes).toMatchObject({
    'db.system.name': 'sqlite',
    'db.query.text': expect.stringMatching(/^insert into `\w+` .*\?/),
  });
  await frames.return?.();
});

test('all traces of one order are found by its id', async () => {
  const guest = await demoGuest(() => clients);
  const orderId = await guest.order();
  await guest.pay(orderId);
  const chef = await demoStaff(clients, 'cook');
  const state = async (to: string) => (await cook(clients, chef, orderId, to)).length > 0;
  for (const to of ['STARTED', 'READY', 'SERVED']) while (!(await state(to)));
  const ofOrder = (seen: readonly SeenSpan[]) =>
    seen.filter(({ attributes }) => attributes['dinegraph.aggregate'] === orderId);
  const spans = await collector.until((seen) => ofOrder(seen).some(named('members order.completed')));
  const traces = new Set(ofOrder(spans).map(({ traceId }) => traceId));
  const roots = spans.filter((span) => traces.has(span.traceId) && span.name.startsWith('mutation '));
  const fields = new Set(roots.map(({ name }) => name));
  for (const field of ['placeOrder', 'payOrder', 'advanceTicket'])
    expect(fields).toContain(`mutation Mutation.${field}`);
});

test('what fails is marked as failed, from the subgraph to the operation, with its code and no name of a client’s', async () => {
  await clients.graph('query NoSuchOrder { order(id: "0") { id } }');
  const spans = await collector.until((seen) => seen.some(called('NoSuchOrder')));
  const operation = spans.find(called('NoSuchOrder')) as SeenSpan;
  const inTrace = spans.filter(({ traceId }) => traceId === operation.traceId);
  const failed = inTrace.filter((span) => span.failed);
  expect(failed.map((span) => [span.name, span.attributes['error.type']])).toEqual(
    ['orders', 'fetch orders', 'query Query.order'].map((name) => [name, 'UNAUTHENTICATED']),
  );
});

test('a trace of a stranger’s own is named, and neither gone on with nor able to choose what is sent', async () => {
  const unwanted = `00-${THEIRS}-5555555566666666-00`;
  await fetch(`${clients.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: unwanted },
    body: JSON.stringify({ query: 'query TheirOwn { __typename }' }),
  });
  const spans = await collector.until((seen) => seen.some(called('TheirOwn')));
  const ours = spans.find(called('TheirOwn')) as SeenSpan;
  const root = spans.find(({ spanId }) => spanId === ours.parentSpanId);
  expect(ours.traceId).not.toBe(THEIRS);
  expect(root?.links).toEqual([THEIRS]);
});

test('a collector that is out of order is a line of the log; the process is called as its operator calls it', async () => {
  await using broken = await startCollector(500);
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-traces-'));
  await using harbour = run('start', [], {
    PORT: '0',
    DATA_DIR: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: broken.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=harbour',
  });
  await harbour.printed(/http:\/\/localhost:\d+\/graphql/);
  const [line = ''] = await harbour.printed(/^{.*traces cannot be sent.*$/m);
  expect(JSON.parse(line)).toEqual({
    level: 40,
    time: expect.any(Number),
    reason: 'OTLPExporterError 500 Internal Server Error',
    msg: 'traces cannot be sent',
  });
  expect(new Set(broken.spans.map(({ service }) => service))).toEqual(new Set(['harbour']));
  harbour.child.kill('SIGTERM');
  expect(await harbour.ended()).toBe(0);
  rmSync(folder, { recursive: true });
}, 30_000);

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'harbour'],
])('a setting that OpenTelemetry could not go by is one clear line: %s', async (name, value) => {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-traces-'));
  await using wrong = run('start', [], { PORT: '0', DATA_DIR: folder, [name]: value });
  expect(await wrong.ended()).toBe(1);
  expect(wrong.output()).toMatch(new RegExp(`^${name}="${value}" is not valid: expected .*\n$`));
  rmSync(folder, { recursive: true });
});

test('lines of the log bear the trace they belong to; no line, span or figure holds who people are or what they wrote', async () => {
  const guest = await demoGuest(() => clients);
  const SECRETS = ['13912345678', 'no-coriander-for-Grandma-Zhao', guest.token, 'Li Lei', 'xiaoming'];
  const [phone, wish] = SECRETS;
  const QUOTE = `query Wish ($cart: CartInput!) { quote(input: $cart) { __typename } table(code: "${phone}") { name } }`;
  const lines = [{ menuItemId: phone, specId: phone, quantity: 1, note: wish }];
  const cart = { storeId: phone, tableCode: wish, lines };
  await clients.graph(QUOTE, { cart }, guest.token);
  // By GET too: what is asked for is then a part of the address.
  const address = `${clients.url}/graphql?query=${encodeURIComponent('query Got ($code: String!) { table(code: $code) { name } }')}`;
  await fetch(`${address}&variables=${encodeURIComponent(JSON.stringify({ code: phone }))}`, {
    headers: { 'graphql-require-preflight': 'yes', authorization: `Bearer ${wish}` },
  });
  await fetch(`${clients.url}/t/${phone}?who=${wish}`, { redirect: 'manual' });
  await demoStaff(clients, 'cook');
  await collector.until((seen) => seen.some(called('Wish')));

  const figures = await (await fetch(`${clients.url}/metrics`)).text();
  expect(figures).toContain('dinegraph_operations_total{type="query",operation="Wish",field="Query.quote"');
  const log = logOf(product);
  const lineOf = log.split('\n').find((line) => line.includes('"trace_id"'));
  const ids = JSON.parse(lineOf ?? '{}');
  expect(ids.trace_id).toMatch(/^[\da-f]{32}$/);
  for (const secret of SECRETS)
    for (const [where, text] of Object.entries({ log, spans: collector.heard, figures }))
      expect(`${where}: ${text.includes(secret) ? secret : 'clean'}`).toBe(`${where}: clean`);
});
