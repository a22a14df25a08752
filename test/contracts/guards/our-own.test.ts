import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { expect, test } from '@jest/globals';
import { type OperationDefinitionNode, parse } from 'graphql';
import { openGate } from '../../../gateway/guards/gate.ts';
import { guardsOf } from '../../../gateway/guards/guards.ts';
import { reckoner } from '../../../gateway/guards/reckon.ts';
import { parseWithin } from '../../../gateway/guards/text.ts';
import { readWeights } from '../../../gateway/guards/weights.ts';
import { readSupergraph } from '../../../gateway/plan/supergraph.ts';
import { localCache } from '../../../kernel/cache.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { OPERATION, subgraphs } from '../../../loadtest/gateway/subgraphs.ts';
import * as telephone from '../../../loadtest/operations.ts';
import * as kitchen from '../../../plugins/kitchen-screen/page/graph.ts';

const guards = guardsOf({}, false);
const gate = openGate({ guards, cache: localCache(systemClock), clock: systemClock });
const reckon = reckoner(guards);

/** Passes every guard that an operation meets before it is executed; answers its cost. */
function costOf(supergraph: string, query: string): number {
  const document = parseWithin(query, undefined, guards);
  gate.assertModest(document);
  const operation = document.definitions.find(({ kind }) => kind === 'OperationDefinition') as OperationDefinitionNode;
  const graph = { schema: readSupergraph(supergraph).api, weights: readWeights(supergraph) };
  return reckon(graph, document, operation, {});
}

const own = readFileSync(join(import.meta.dirname, '../../../schema/supergraph.graphql'), 'utf8');
const screens = Object.values(kitchen).flatMap((one) => (typeof one === 'object' && 'query' in one ? [one.query] : []));

test.each([...Object.values(telephone), ...screens])(
  'what our own clients ask is far below every limit: %#',
  (query) => {
    expect(costOf(own, query)).toBeLessThan(guards.maxCost / 10);
  },
);

test('the operation by which gateways are compared is let through', () => {
  const { supergraphSdl = '' } = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}` })),
  );
  expect(costOf(supergraphSdl, OPERATION)).toBeLessThan(guards.maxCost);
});

test('what a graph says of its costs is read under whatever names it gives them', () => {
  const sdl = (link: string, cost: string, size: string) => `
    schema @link(url: "https://specs.apollo.dev/cost/v0.1"${link}) { query: Query }
    type Query { all: [Int] @${cost}(weight: 7) @${size}(assumedSize: 3, slicingArguments: ["top"], sizedFields: ["edges"]) }`;
  for (const [link, cost, size] of [
    ['', 'cost', 'cost__listSize'],
    [', as: "price"', 'price', 'price__listSize'],
    [', import: ["@cost", "@listSize"]', 'cost', 'listSize'],
    [', import: [{ name: "@cost", as: "@weight" }, { name: "@listSize", as: "@size" }]', 'weight', 'size'],
  ] as const) {
    const { weights, sizes } = readWeights(sdl(link, cost, size));
    expect(weights.get('Query.all')).toBe(7);
    expect(sizes.get('Query.all')).toEqual({ assumedSize: 3, slicingArguments: ['top'], sizedFields: ['edges'] });
  }
});
