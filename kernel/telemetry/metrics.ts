import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { within } from '../within.ts';

/** What tells the series of a metric apart: few values each, and none that names a person. */
export type Labels = Record<string, string>;

/** Some series, each with what it stands at. */
export type Readings = Iterable<readonly [labels: Labels, value: number]>;

/** Reads some series. */
export type Reader = () => Readings | Promise<Readings>;

/** The figures of a process, as Prometheus reads them. Asked for twice, a metric is the same one. */
export interface Metrics {
  /** Counts; a name ends with `_total`. */
  counter(name: string, help: string, labels: readonly string[]): (labels: Labels, by?: number) => void;
  /** Times in seconds; a name ends with `_seconds`. */
  timer(name: string, help: string, labels: readonly string[]): (labels: Labels, seconds: number) => void;
  /** What is read whenever somebody looks; what several readers say of the same labels is added up. */
  gauge(name: string, help: string, labels: readonly string[], read: Reader): void;
  /** Adds the figures of the process itself: memory, processor, event loop. Once a process. */
  watchProcess(): void;
  /** Everything, in Prometheus's text format. */
  text(): Promise<string>;
}

/** From a call within a process to a report over a year, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How long a reader may take, in milliseconds. */
const PATIENCE = 2_000;

/** Makes the metrics of a process, empty. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const known = <T>(name: string, make: () => T) => (registry.getSingleMetric(name) as T | undefined) ?? make();
  const readers = new Map<string, Reader[]>();

  return {
    counter(name, help, labelNames) {
      const made = () => new Counter({ name, help, labelNames, registers: [registry] });
      const counter = known(name, made);
      return (labels, by = 1) => counter.inc(labels, by);
    },
    timer(name, help, labelNames) {
      const made = () => new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [registry] });
      const histogram = known(name, made);
      return (labels, seconds) => histogram.observe(labels, seconds);
    },
    gauge(name, help, labelNames, read) {
      const all = readers.get(name) ?? [];
      readers.set(name, [...all, read]);
      if (all.length > 0) return;
      const gauge = new Gauge({ name, help, labelNames, registers: [registry], collect });
      async function collect() {
        // What cannot be read just now is left out, and costs nobody the rest.
        const reading = async (one: Reader) => [...(await within(Promise.resolve(one()), PATIENCE))];
        const readings = await Promise.all(
          (readers.get(name) ?? []).map((one) => reading(one).catch((): [Labels, number][] => [])),
        );
        gauge.reset();
        // Without labels it would stand at 0 where nothing was read.
        if (labelNames.length === 0) gauge.remove();
        for (const [labels, value] of readings.flat()) gauge.inc(labels, value);
      }
    },
    watchProcess: () => collectDefaultMetrics({ register: registry }),
    async text() {
      return registry.metrics();
    },
  };
}
