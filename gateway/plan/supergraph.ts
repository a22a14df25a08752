import { Supergraph } from '@apollo/federation-internals';
import { type ConstDirectiveNode, type GraphQLSchema, Kind, parse, print, visit } from 'graphql';
import type { Requirements } from '../execute/compile.ts';
import { type Demands, demandsIn } from '../rights/demands.ts';
import { absentTypesKnown } from './absent-types.ts';
import { showClientDirectives } from './client-directives.ts';
import { findingKeysFirst } from './finding-keys.ts';
import { type Planning, planningOn } from './planning.ts';
import { callsApart } from './required-calls.ts';
import type { FetchedNames } from './specialise.ts';
import type { InterfaceObjects } from './spell-out.ts';
import { toldIn } from './unmet.ts';
import { withoutImpossible } from './without-impossible.ts';

/** A supergraph, made ready for planning and executing. */
export interface Graph {
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** Every type that subgraphs may answer with, also those that clients do not see. */
  readonly full: GraphQLSchema;
  /** As it was composed. */
  readonly supergraph: Supergraph;
  readonly plan: Planning;
  readonly required: Requirements;
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
  const own = build(sdl);
  const asComposed = parse(sdl, { noLocation: true });
  const { document: led, absent } = absentTypesKnown(findingKeysFirst(asComposed));
  const { document, calls, requirements } = callsApart(led);
  const isLed = calls.size > 0 || led !== asComposed;
  const supergraph = isLed ? build(print(document)) : own;
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
  const full = own.schema.toGraphQLJSSchema();
  const told = toldIn(document);
  const api = own.apiSchema().toGraphQLJSSchema();
  return {
    api,
    full,
    supergraph: own,
    plan: planningOn({
      supergraph,
      document,
      build,
      schema: full,
      told,
      possible: withoutImpossible(document, absent, api),
    }),
    required: { calls, requirements, absent, told },
    fetchedNames,
    interfaceObjects,
    overrideLabels: [...overrideLabels],
    demands: demandsIn(own),
  };
}

function build(sdl: string): Supergraph {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: SUPPORTED });
  showClientDirectives(supergraph);
  return supergraph;
}
