import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** What is noted with a span: names, codes and counts, and never what people have written or who they are. */
export type Noted = Attributes;

/** How a trace comes to a piece of work. */
export interface Entry {
  /** `server` answers somebody, `consumer` applies an event, `internal` does what nobody has asked for just now. */
  kind: 'server' | 'consumer' | 'internal';
  /** The `traceparent` of whoever sent this, when that is a process of the product: its trace is gone on with. */
  parent?: string | null | undefined;
  /** The `traceparent` of a stranger: a trace of our own begins, and names theirs. */
  cause?: string | null | undefined;
  noted?: Noted | undefined;
}

/** Work that is over. */
export interface Done {
  /** `client` is what another, such as a database, did for us. */
  kind: 'client' | 'internal';
  milliseconds: number;
  noted?: Noted;
  failed?: boolean;
}

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
};

const tracer = trace.getTracer('dinegraph');

/** Does work as a trace of its own, or as a part of one that has come from another process. */
export function inTrace<T>(name: string, { kind, parent, cause, noted }: Entry, work: () => Promise<T>): Promise<T> {
  const origin = contextIn(parent);
  const from = origin ? trace.setSpanContext(ROOT_CONTEXT, origin) : ROOT_CONTEXT;
  return within(name, { kind: KINDS[kind], links: linksTo(cause), ...(noted && { attributes: noted }) }, from, work);
}

/** Does work as a part of the trace that is under way; nothing is noted where there is none, or nobody looks at it. */
export function inSpan<T>(name: string, noted: Noted, work: () => Promise<T>, kind = SpanKind.INTERNAL): Promise<T> {
  if (!isRecorded()) return work();
  return within(name, { kind, attributes: noted }, context.active(), work);
}

/** Asks another process, or another module, as a part of the trace that is under way. */
export function inCall<T>(name: string, noted: Noted, work: () => Promise<T>): Promise<T> {
  return inSpan(name, noted, work, SpanKind.CLIENT);
}

/** Notes work of the trace under way that has just ended. */
export function wasDone(name: string, { kind, milliseconds, noted = {}, failed = false }: Done): void {
  if (!isRecorded()) return;
  const now = Date.now();
  const span = tracer.startSpan(name, { kind: KINDS[kind], startTime: now - milliseconds, attributes: noted });
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(now);
}

/** Notes more with the span that is under way. */
export function note(noted: Noted): void {
  trace.getActiveSpan()?.setAttributes(noted);
}

/** Marks the span that is under way as failed, by a code or another word for what went wrong. */
export function fail(type: string): void {
  markFailed(trace.getActiveSpan(), type);
}

/** Notes the status of the answer that the span under way is about; from 500 on it is a failure. */
export function answeredWith(status: number): void {
  note({ 'http.response.status_code': status });
  if (status >= 500) fail(String(status));
}

/** Gives the span that is under way the name that is known now. */
export function rename(name: string): void {
  trace.getActiveSpan()?.updateName(name);
}

/** Does work that belongs to no trace: what lasts must not lie in the trace of whoever came first. */
export function untraced<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** Where the trace under way is, for another process to go on with: W3C's `traceparent`. */
export function traceparent(): string | undefined {
  const active = activeContext();
  return active && `00-${active.traceId}-${active.spanId}-0${active.traceFlags & 1}`;
}

/** The ids of the trace under way, by the names that log collectors look for. */
export function traceIds(): { trace_id: string; span_id: string } | undefined {
  const active = activeContext();
  return active && { trace_id: active.traceId, span_id: active.spanId };
}

function isRecorded(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

function activeContext(): SpanContext | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  return active && isSpanContextValid(active) ? active : undefined;
}

function linksTo(traceparent: string | null | undefined): Link[] {
  const linked = contextIn(traceparent);
  return linked ? [{ context: linked }] : [];
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

function contextIn(traceparent: string | null | undefined): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const read = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(read) ? read : undefined;
}

type Options = { kind: SpanKind; links?: Link[]; attributes?: Noted };

function within<T>(name: string, options: Options, from: Context, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, options, from, async (span: Span) => {
    try {
      return await work();
    } catch (error) {
      markFailed(span, typeOf(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

function markFailed(span: Span | undefined, type: string): void {
  span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.setAttribute('error.type', type);
}

/** By its code, its cause's code or its name alone: what it says may quote what somebody has written. */
function typeOf(error: unknown): string {
  const { code, extensions, cause, name } = (error ?? {}) as Record<string, unknown>;
  const codes = [extensions, cause].map((holder) => (holder as { code?: unknown } | undefined)?.code);
  return [code, ...codes, name].find((one): one is string => typeof one === 'string') ?? 'unknown';
}
