import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as a collector of OpenTelemetry is told of it. */
export interface SeenSpan {
  /** Of the process that it happened in. */
  service: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Readonly<Record<string, unknown>>;
  /** Whether it is marked as failed. */
  failed: boolean;
  /** The traces that it names beside its own. */
  links: readonly string[];
}

/** A collector that takes OTLP over HTTP, as the product sends it. */
export interface Collector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly SeenSpan[];
  /** Everything that was sent to it, as text. */
  readonly heard: string;
  /** Resolves with the spans when they are as they are waited for. */
  until(isThere: (spans: readonly SeenSpan[]) => boolean): Promise<readonly SeenSpan[]>;
}

/** Starts one on a free port. `status` is what it answers: one that is out of order hears all the same. */
export async function startCollector(status = 200): Promise<Collector> {
  const spans: SeenSpan[] = [];
  let heard = '';
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    if (request.url !== '/v1/traces') return;
    heard += body;
    spans.push(...spansIn(JSON.parse(body)));
    for (const look of [...waiting]) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    get heard() {
      return heard;
    },
    until: (isThere) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isThere(spans)) return;
          waiting.delete(look);
          resolve(spans);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

interface Sent {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        attributes?: Attribute[];
        status?: { code?: number };
        links?: { traceId: string }[];
      }[];
    }[];
  }[];
}

function spansIn({ resourceSpans }: Sent): SeenSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap((scope) =>
      scope.spans.map(({ traceId, spanId, parentSpanId = '', name, attributes = [], status, links = [] }) => ({
        service,
        traceId,
        spanId,
        parentSpanId,
        name,
        attributes: valuesOf(attributes),
        failed: status?.code === 2,
        links: links.map((link) => link.traceId),
      })),
    );
  });
}

function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
