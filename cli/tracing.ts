import { randomUUID } from 'node:crypto';
import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { z } from 'zod';
import { SECOND } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { readSettings } from '../kernel/settings.ts';
import { untraced } from '../kernel/telemetry/trace.ts';
import { within } from '../kernel/within.ts';

/** A process's traces. */
export interface Tracing {
  /** Sends what is still to be sent. */
  close(): Promise<void>;
}

/** OpenTelemetry's own names. Its libraries read them and more; what is wrong here they would pass over in silence. */
export const tracingSettings = z.object({
  /** Where traces go: a collector that takes OTLP over HTTP, such as http://localhost:4318. */
  exporterOtlpEndpoint: address(),
  /** The same for traces alone, with its path. */
  exporterOtlpTracesEndpoint: address(),
  exporterOtlpProtocol: z
    .enum(['http/json', 'http/protobuf'], { error: 'expected http/json, as it is sent' })
    .optional(),
  /** How long the collector may take to answer, in milliseconds. */
  exporterOtlpTimeout: z.coerce.number({ error: 'expected milliseconds' }).int().min(1).optional(),
  resourceAttributes: z
    .string()
    .regex(/^\s*([^=,]+=[^=,]*(,|$))*$/, { error: 'expected name=value,name=value' })
    .optional(),
  /** Which share of all traces is sent. */
  tracesSamplerArg: z.coerce
    .number({ error: 'expected a share from 0 to 1' })
    .refine((share) => share >= 0 && share <= 1, { error: 'expected a share from 0 to 1' })
    .default(1),
  /** How long what is done waits for more to be sent with it, in milliseconds. */
  bspScheduleDelay: z.coerce.number({ error: 'expected milliseconds' }).int().min(1).max(60_000).default(5_000),
  sdkDisabled: z.stringbool({ error: 'expected true or false' }).default(false),
});

/** How long the end of a process waits for its last traces to be sent, in milliseconds. */
const PATIENCE = 3 * SECOND;

/**
 * Begins to trace: with a collector, what is done is sent there; without one, it still has the ids by which lines of the
 * log belong together, in all processes. Throws a ConfigurationError.
 */
export async function startTracing(environment: NodeJS.ProcessEnv, service: string, log: Logger): Promise<Tracing> {
  const { exporterOtlpEndpoint, exporterOtlpTracesEndpoint, tracesSamplerArg, bspScheduleDelay, sdkDisabled } =
    readSettings(tracingSettings, environment, 'otel');
  if (sdkDisabled) return { close: async () => {} };
  const isSent = Boolean(exporterOtlpEndpoint || exporterOtlpTracesEndpoint);
  diag.setLogger(complaints(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const named = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'dinegraph',
    'service.instance.id': randomUUID(),
  });
  const provider = new TracerProvider({
    // What the operator has said of the process by OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES comes first.
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: isSent
      ? new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(tracesSamplerArg) })
      : new AlwaysOffSampler(),
    spanProcessors: isSent
      ? [new BatchSpanProcessor({ exporter: await exporter(), scheduledDelayMillis: bspScheduleDelay })]
      : [],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return { close: () => within(provider.shutdown(), PATIENCE).catch(() => {}) };
}

/** Loaded where it is used, since it takes a while. */
async function exporter() {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter();
}

/** A collector that is away is complained of with every batch; the log has it once in a while. */
function complaints(log: Logger) {
  const complain = (message: string) => {
    let quietUntil = 0;
    return (complaint: string) => {
      if (performance.now() < quietUntil) return;
      quietUntil = performance.now() + 60 * SECOND;
      untraced(() => log.warn({ reason: reasonIn(complaint) }, message));
    };
  };
  const nothing = () => {};
  return {
    error: complain('traces cannot be sent'),
    warn: complain('OpenTelemetry complains'),
    info: nothing,
    debug: nothing,
    verbose: nothing,
  };
}

/** What is complained of: an error comes as JSON, with its stack; behind a colon others quote what they have read. */
function reasonIn(complaint: string): string {
  try {
    const { name, code, message } = JSON.parse(complaint);
    return [name, code, message].filter(Boolean).join(' ');
  } catch {
    return String(complaint).split(':')[0] ?? '';
  }
}

function address() {
  return z.url({ protocol: /^https?$/, error: 'expected an address like http://localhost:4318' }).optional();
}
