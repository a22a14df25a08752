import { Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { type ConstDirectiveNode, type GraphQLSchema, Kind, parse, visit } from 'graphql';
import { type Demands, demandsIn } from '../rights/demands.ts';

/** A supergraph, made ready for planning and executing. */
export interface Graph {
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** Every type that subgraphs may answer with, also those that clients do not see. */
  readonly full: GraphQLSchema;
  readonly supergraph: Supergraph;
  readonly planner: QueryPlanner;
  /** The fields that plans fetch for themselves, as keys and requirements, under their own names. */
  readonly fetchedNames: ReadonlySet<string>;
  /** The interfaces that some subgraph knows as an object. */
  readonly interfaceObjects: ReadonlySet<string>;
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
  const supergraph = Supergraph.build(sdl, { supportedFeatures: SUPPORTED });
  const fetchedNames = new Set(['__typename']);
  const overrideLabels = new Set<string>();
  const interfaceObjects = new Set<string>();
  visit(parse(sdl, { noLocation: true }), {
    InterfaceTypeDefinition({ name, directives = [] }) {
      const isObject = ({ arguments: args = [] }: ConstDirectiveNode) =>
        args.some(
          ({ name: { value }, value: set }) => value === 'isInterfaceObject' && set.kind === Kind.BOOLEAN && set.value,
        );
      if (directives.some(isObject)) interfaceObjects.add(name.value);
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
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
    fetchedNames,
    interfaceObjects,
    overrideLabels: [...overrideLabels],
    demands: demandsIn(supergraph),
  };
}
