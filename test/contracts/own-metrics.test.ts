import { expect, test } from '@jest/globals';
import { defineModule, definePlugin, type Host } from '../../kernel/module.ts';
import { createMetrics } from '../../kernel/telemetry/metrics.ts';
import { ownMetrics } from '../../kernel/telemetry/own-metrics.ts';
import { startApp } from '../app.ts';

/** What a graph needs to be one. */
const asked = defineModule({ name: 'asked', schema: 'type Query { asked: Int }', setup: () => ({}) });

/** A plug-in that does nothing but have figures. */
const withFigures = (name: string, figures: (metrics: Host['metrics']) => void) =>
  definePlugin({
    name,
    contract: '1.0',
    setup({ metrics }) {
      figures(metrics);
      return {};
    },
  });

/** What a process shows at /metrics of names that begin so, without what explains them. */
async function shown(url: string, prefix: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(prefix));
}

test('a plug-in’s figures are at /metrics, under its own name whatever it calls them', async () => {
  let waiting = 3;
  const box = withFigures('tea-box', (metrics) => {
    const opened = metrics.counter('opened_total', 'Boxes that were opened.', ['size']);
    opened({ size: 'big' });
    opened({ size: 'big' }, 2);
    // @ts-expect-error: it has no such label
    opened({ colour: 'red' });
    metrics.counter('dinegraph_operations_total', 'Looks like the product’s.')();
    metrics.timer('opening_seconds', 'How long opening took.')({}, 0.2);
    metrics.gauge('waiting', 'Boxes that wait.', [], () => [[{}, waiting]]);
  });
  await using app = await startApp({ modules: [asked, box] });
  expect(await shown(app.url, 'dinegraph_plugin_tea_box_opened')).toEqual([
    'dinegraph_plugin_tea_box_opened_total{size="big"} 3',
    'dinegraph_plugin_tea_box_opened_total{size=""} 1',
  ]);
  expect(await shown(app.url, 'dinegraph_plugin_tea_box_opening_seconds_count')).toHaveLength(1);
  expect(await shown(app.url, 'dinegraph_operations_total')).toEqual([]);
  waiting = 1;
  expect(await shown(app.url, 'dinegraph_plugin_tea_box_waiting')).toEqual(['dinegraph_plugin_tea_box_waiting 1']);
});

const WRONG: [string, RegExp, (metrics: Host['metrics']) => unknown][] = [
  ['capitals', /^its counter "Opened_total" is not named as opened_total is/, (m) => m.counter('Opened_total', 'x')],
  ['a hyphen', /^its gauge "wait-ing" is not named as waiting is/, (m) => m.gauge('wait-ing', 'x', [], () => [])],
  ['no ending', /^its counter "opened" is not named as opened_total/, (m) => m.counter('opened', 'x')],
  ['nothing but an ending', /^its counter "total" is not named as/, (m) => m.counter('total', 'x')],
  ['another’s ending', /^its gauge "a_total" is not/, (m) => m.gauge('a_total', 'x', [], () => [])],
  ['a series of a timer', /^its gauge "a_seconds_sum" is not/, (m) => m.gauge('a_seconds_sum', 'x', [], () => [])],
  ['no end', /^its timer "a{70}_seconds" is not named as/, (m) => m.timer(`${'a'.repeat(70)}_seconds`, 'x')],
  ['a label of Prometheus', /has a label "le": small letters/, (m) => m.timer('a_seconds', 'x', ['le'])],
  ['a label that is none', /has a label "a b": small letters/, (m) => m.counter('a_total', 'x', ['a b'])],
  ['a label twice', /has a label twice/, (m) => m.counter('a_total', 'x', ['a', 'a'])],
  ['five labels', /has 5 labels: there may be 4/, (m) => m.counter('a_total', 'x', ['a', 'b', 'c', 'd', 'e'])],
];

test.each(WRONG)('a metric with %s is refused when the plug-in is set up', async (_, reason, figures) => {
  await using app = await startApp({ modules: [asked, withFigures('wrong', figures)] });
  expect(app.product.running.refused.get('wrong')).toMatch(reason);
  expect(await shown(app.url, 'dinegraph_plugin_wrong')).toEqual([]);
});

test('what two plug-ins would call alike belongs to the first, and what is there as another is not taken', () => {
  const open = ownMetrics(createMetrics());
  const first = open({ name: 'tea-box', contract: '1.0' });
  first.counter('opened_total', 'x', ['size']);
  first.counter('opened_total', 'x', ['size']);
  expect(() => first.counter('opened_total', 'x')).toThrow('"opened_total" is there already, as counter, size');
  expect(() => open({ name: 'tea', contract: '1.0' }).counter('box_opened_total', 'x')).toThrow(
    'its counter "box_opened_total" is one of tea-box: dinegraph_plugin_tea_box_opened_total',
  );
});

test('no plug-in floods the figures of the process', async () => {
  const metrics = createMetrics();
  const flood = ownMetrics(metrics)({ name: 'flood', contract: '1.0' });
  const count = flood.counter('orders_total', 'x', ['order']);
  for (let order = 0; order < 5_000; order += 1) count({ order: `${order}${'x'.repeat(1_000)}` });
  const took = flood.timer('order_seconds', 'x', ['order']);
  for (let order = 0; order < 5_000; order += 1) took({ order: String(order) }, 1);
  flood.gauge('endless', 'x', ['n'], function* () {
    for (let n = 0; ; n += 1) yield [{ n: String(n) }, 1];
  });
  for (let more = 3; more < 20; more += 1) flood.gauge(`more${more}`, 'x', [], () => []);
  expect(() => flood.counter('twenty_first_total', 'x')).toThrow('is one too many: there may be 20');
  const text = await metrics.text();
  expect(text).toContain('dinegraph_plugin_flood_orders_total{order="other"} 4900\n');
  expect(text).toContain('dinegraph_plugin_flood_order_seconds_count{order="other"} 4980\n');
  expect(text).toContain('dinegraph_plugin_flood_endless{n="other"} 9900\n');
  expect(text.length).toBeLessThan(100_000);
});

test('a gauge that fails, or says what is no number, costs nobody the rest; a plug-in that has ended is not asked', async () => {
  const metrics = createMetrics();
  const open = ownMetrics(metrics);
  const odd = open({ name: 'odd', contract: '1.0' });
  odd.gauge('throwing', 'x', [], () => {
    throw new Error('no');
  });
  odd.gauge('numbers', 'x', ['a'], () => [
    [{ a: 'none' }, Number.NaN],
    [{ a: 'none' }, 'many' as never],
    [{ a: 'one', b: 'not a label of it' }, 1],
  ]);
  const series = async () => (await metrics.text()).split('\n').filter((line) => /^[^#]/.test(line));
  expect(await series()).toEqual(['dinegraph_plugin_odd_numbers{a="one"} 1']);
  odd.close();
  expect(await series()).toEqual([]);
  open({ name: 'odd', contract: '1.0' }).gauge('numbers', 'x', ['a'], () => [[{ a: 'two' }, 2]]);
  expect(await series()).toEqual(['dinegraph_plugin_odd_numbers{a="two"} 2']);
});
