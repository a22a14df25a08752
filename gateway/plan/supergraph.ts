import { Supergraph } from '@apollo/federation-internals';
import { type ConstDirectiveNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';
import { type Demands, demandsIn } from '../rights/demands.ts';
import { type Plan, plannerOf } from './planner.ts';
import { callsApart, type Required } from './required-calls.ts';
import type { FetchedNames } from './specialise.ts';
import type { InterfaceObjects } from './spell-out.ts';
import { type Told, toldIn } from './unmet.ts';

/** A supergraph, made ready for planning and executing. */
export interface Graph {
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** Every type that subgraphs may answer with, also those that clients do not see. */
  readonly full: GraphQLSchema;
  /** As plans are made on it. */
  readonly supergraph: Supergraph;
  readonly plan: Plan;
  readonly required: Required & { told: Told };
  readonly fetchedNames: FetchedNames;
  readonly interfaceObjects: InterfaceObjects;
  /** The labels of `@override(label:)`, such as `percent(25)`. */
  readonly overrideLabels: readonly string[];
  /** What callers have to be or to have. */
  readonly demands: Demands;
}

/** What a supergraph may link to. Rights and costs are for the gateway to enforce, before the plan is made. */
const SUPPORTED = new Set(
  [
    ...['core/v0.1', 'core/v0.2', 'join/v0.1', 'join/v0.2', 'join/v0.3', 'join/v0.4', 'join/v0.5'],
    ...['tag/v0.1', 'tag/v0.2', 'tag/v0.3', 'inaccessible/v0.1', 'inaccessible/v0.2', 'cost/v0.1'],
    ...['authenticated/v0.1', 'requiresScopes/v0.1', 'policy/v0.1'],
  ].map((feature) => `https://specs.apollo.dev/${feature}`),
);

/** The arguments of join directives that hold selections of fields. */
const SELECTIONS = new Set(['key', 'requires', 'provides']);

/** Reads a supergraph. Throws an Error that says what is wrong with it. */
export function readSupergraph(sdl: string): Graph {
  const own = Supergraph.build(sdl, { supportedFeatures: SUPPORTED });
  const { document, calls, requirements } = callsApart(parse(sdl, { noLocation: true }));
  const supergraph = calls.size > 0 ? Supergraph.build(print(document), { supportedFeatures: SUPPORTED }) : own;
  const fetchedNames = new Set(['__typename', '_entities']);
  const overrideLabels = new Set<string>();
  const interfaceObjects = new Map<string, ReadonlySet<string>>();
  const has = (argument: string) => (directive: ConstDirectiveNode) =>
    directive.arguments?.some(({ name, value }) => name.value === argument && !('value' in value && !value.value));
  visit(document, {
    InterfaceTypeDefinition({ name, directives, fields }) {
      if (!directives?.some(has('isInterfaceObject'))) return;
      const requiring = fields?.filter((field) => field.directives?.some(has('requires')));
      interfaceObjects.set(name.value, new Set(requiring?.map((field) => field.name.value)));
    },
    Directive({ name, arguments: args = [] }) {
      if (!name.value.startsWith('join__')) return;
      for (const { name: argument, value } of args) {
        if (value.kind !== Kind.STRING) continue;
        if (argument.value === 'overrideLabel') overrideLabels.add(value.value);
        // More than names are words here, and a word too many does no harm.
        if (SELECTIONS.has(argument.value))
          for (const [word] of value.value.matchAll(/[_A-Za-z]\w*/g)) fetchedNames.add(word);
      }
    },
  });
  return {
    supergraph,
    api: own.apiSchema().toGraphQLJSSchema(),
    full: own.schema.toGraphQLJSSchema(),
    plan: plannerOf(supergraph),
    required: { calls, requirements, told: toldIn(document) },
    fetchedNames,
    interfaceObjects,
    overrideLabels: [...overrideLabels],
    demands: demandsIn(own),
  };
}
