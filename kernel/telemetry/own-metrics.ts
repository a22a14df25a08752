import type { Labels, Metrics, Reader, Readings } from './metrics.ts';

/**
 * A module's own figures, shown at /metrics. Whatever a plug-in calls them, `dinegraph_plugin_` and its name stand before:
 * `opened_total` of `blind-box` is `dinegraph_plugin_blind_box_opened_total`. They are made in `setup`, which fails with a
 * name that is none: words of small letters and digits, joined by underscores. A module has 20 at the most, each with 4
 * labels at the most. Of different values of its labels the first hundred are told apart (of a timer's, twenty), and all
 * later ones are `other`: a label is for few values, and never for a person, an order or a text that people write.
 */
export interface OwnMetrics {
  /** Counts, from the start of the process on; its name ends with `_total`. */
  counter<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ): (values?: Readonly<Record<Label, string>>, by?: number) => void;
  /** How long things took, in seconds; its name ends with `_seconds`. */
  timer<Label extends string = never>(
    name: string,
    help: string,
    labels?: readonly Label[],
  ): (values: Readonly<Record<Label, string>>, seconds: number) => void;
  /** What is read whenever somebody looks, such as how many are waiting. Reading may take two seconds. */
  gauge(name: string, help: string, labels: readonly string[], read: () => Readings | Promise<Readings>): void;
}

/** The own figures of one module. */
export interface OpenedMetrics extends OwnMetrics {
  /** Reads nothing of the module any more; what was counted stays. */
  close(): void;
}

/** Gives a module its own figures; a subgraph's names begin with `dinegraph_` and its name. */
export type OpenMetrics = (module: { readonly name: string; readonly contract?: string }) => OpenedMetrics;

type Kind = keyof OwnMetrics;

/** A name that is taken. */
interface Taken {
  owner: string;
  /** Its kind and labels: who asks for them again means the same metric. */
  shape: string;
  /** The labels of one of its series, which are few. */
  bounded(values: Labels): Labels;
  /** Of a gauge, while its module runs. */
  read?: Reader | undefined;
}

const MOST_METRICS = 20;
const MOST_LABELS = 4;
/** How many series a metric may have; one of a timer is seventeen lines. */
const MOST_SERIES: Record<Kind, number> = { counter: 100, timer: 20, gauge: 100 };
/** How much of what a gauge reads is looked at. */
const MOST_READINGS = 10_000;
/** How long names, and values of labels, may be. */
const LONGEST = 60;

const WORDS = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/** What a name ends with, so that whoever reads it knows its kind; Prometheus itself adds the last four. */
const ENDING: Record<Kind, RegExp> = {
  counter: /._total$/,
  timer: /._seconds$/,
  gauge: /^(?!.*_(total|bucket|sum|count|created)$)/,
};
const EXAMPLE: Record<Kind, string> = { counter: 'opened_total', timer: 'opening_seconds', gauge: 'waiting' };
/** Labels of Prometheus's own. */
const RESERVED = ['le', 'quantile'];

/** Makes what gives the modules of a process their own figures, and none of them another's. */
export function ownMetrics(metrics: Metrics): OpenMetrics {
  const taken = new Map<string, Taken>();

  /** Takes a name, or finds it where the same module has it already. Throws when it cannot be had. */
  function take(owner: string, full: string, kind: Kind, name: string, labels: readonly string[]) {
    const fault = misnamed(kind, name) ?? mislabelled(labels);
    if (fault) throw new Error(`its ${kind} ${JSON.stringify(name)} ${fault}`);
    const shape = [kind, ...labels].join(' ');
    const before = taken.get(full);
    if (before && before.owner !== owner) throw new Error(`its ${kind} "${name}" is one of ${before.owner}: ${full}`);
    if (before && before.shape !== shape)
      throw new Error(`its ${kind} "${name}" is there already, as ${before.shape.replaceAll(' ', ', ')}`);
    if (before) return { metric: before, isNew: false };
    const own = taken.values().filter((one) => one.owner === owner);
    if (own.toArray().length >= MOST_METRICS)
      throw new Error(`its ${kind} "${name}" is one too many: there may be ${MOST_METRICS}`);
    const metric: Taken = { owner, shape, bounded: bounded(labels, MOST_SERIES[kind]) };
    taken.set(full, metric);
    return { metric, isNew: true };
  }

  return ({ name: owner, contract }) => {
    const prefix = `dinegraph_${contract === undefined ? '' : 'plugin_'}${owner.replaceAll('-', '_')}_`;
    return {
      counter(name, help, labels = []) {
        const { metric } = take(owner, prefix + name, 'counter', name, labels);
        const count = metrics.counter(prefix + name, help, labels);
        return (values, by) => count(metric.bounded(values ?? {}), by);
      },
      timer(name, help, labels = []) {
        const { metric } = take(owner, prefix + name, 'timer', name, labels);
        const took = metrics.timer(prefix + name, help, labels);
        return (values, seconds) => took(metric.bounded(values), seconds);
      },
      gauge(name, help, labels, read) {
        const { metric, isNew } = take(owner, prefix + name, 'gauge', name, labels);
        metric.read = read;
        if (isNew)
          metrics.gauge(prefix + name, help, labels, async () =>
            few((await metric.read?.()) ?? [], bounded(labels, MOST_SERIES.gauge)),
          );
      },
      close() {
        for (const metric of taken.values()) if (metric.owner === owner) metric.read = undefined;
      },
    };
  };
}

function misnamed(kind: Kind, name: string): string | undefined {
  if (typeof name !== 'string' || name.length > LONGEST || !WORDS.test(name) || !ENDING[kind].test(name))
    return `is not named as ${EXAMPLE[kind]} is: small letters and digits in words joined by underscores, ${LONGEST} at the most`;
  return undefined;
}

function mislabelled(labels: readonly string[]): string | undefined {
  if (labels.length > MOST_LABELS) return `has ${labels.length} labels: there may be ${MOST_LABELS}`;
  const wrong = labels.find((label) => !WORDS.test(label) || label.length > LONGEST || RESERVED.includes(label));
  if (wrong !== undefined)
    return `has a label ${JSON.stringify(wrong)}: small letters, digits and underscores, not le or quantile`;
  return new Set(labels).size < labels.length ? 'has a label twice' : undefined;
}

/** The first so many different values are what they are, cut to some length; all later ones are `other`. */
function bounded(labels: readonly string[], most: number): Taken['bounded'] {
  const known = new Set<string>();
  return (values) => {
    const told = labels.map((label) => String(values[label] ?? '').slice(0, LONGEST));
    const key = JSON.stringify(told);
    const isOther = !known.has(key) && known.size >= most;
    if (!isOther) known.add(key);
    return Object.fromEntries(labels.map((label, index) => [label, isOther ? 'other' : (told[index] ?? '')]));
  };
}

/** What was read, without what is no number; of an endless list the beginning. */
function few(readings: Readings, bound: Taken['bounded']): [Labels, number][] {
  return Iterator.from(readings)
    .take(MOST_READINGS)
    .filter(([, value]) => Number.isFinite(value))
    .map(([values, value]): [Labels, number] => [bound(values), value])
    .toArray();
}
