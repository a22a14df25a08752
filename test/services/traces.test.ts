import { expect, test } from '@jest/globals';
import { clientsOf } from '../clients.ts';
import { type SeenSpan, startCollector } from '../collector.ts';
import { describeOnServers } from '../servers/suite.ts';
import { demoGuest } from '../split/demo.ts';
import { EIGHT, startFleet } from '../split/fleet.ts';

describeOnServers('The product in eight processes, seen from outside', () => {
  test('one trace shows a payment through the gateway, calls between processes, databases and events', async () => {
    await using collector = await startCollector();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
    await using fleet = await startFleet({ shares: EIGHT, environment });
    const [gateway] = fleet.members('gateway');
    const clients = clientsOf(gateway?.url ?? '');
    const guest = await demoGuest(() => clients);
    const orderId = await guest.order();
    await guest.pay(orderId);

    const applied = (consumer: string) => (span: SeenSpan) =>
      span.name === `${consumer} order.paid` && span.attributes['dinegraph.aggregate'] === orderId;
    const consumers = ['devices', 'inventory', 'marketing'];
    const isPaid = (span: SeenSpan) => span.name === 'mutation Mutation.payOrder';
    const spans = await collector.until(
      (seen) => seen.some(isPaid) && consumers.every((consumer) => seen.some(applied(consumer))),
    );
    const { traceId } = spans.find(isPaid) as SeenSpan;
    for (const consumer of consumers) {
      const event = spans.find(applied(consumer));
      expect(event).toMatchObject({ traceId, service: `dinegraph-${consumer}` });
    }
    const inTrace = spans.filter((span) => span.traceId === traceId);
    const services = new Set(inTrace.map(({ service }) => service));
    for (const service of ['dinegraph-gateway', 'dinegraph-orders', 'dinegraph-devices'])
      expect(services).toContain(service);
    const ids = new Set(inTrace.map(({ spanId }) => spanId));
    expect(inTrace.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(({ name }) => name)).toEqual([
      'POST /graphql',
    ]);
    expect(inTrace.map(({ attributes }) => attributes['db.system.name'])).toContain('mysql');

    const figures = await (await fetch(`${fleet.members('devices')[0]?.url}/metrics`)).text();
    expect(figures).toMatch(/dinegraph_event_lag_seconds_count\{consumer="devices",event="order.paid"\} 1/);
    expect(figures).toContain('process_resident_memory_bytes');
    await clients.close();
  }, 120_000);
});
