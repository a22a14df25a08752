import assert from 'node:assert/strict';
import { composeServices } from '@apollo/composition';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { GraphContext } from '../../../gateway/context.ts';
import { createGateway } from '../../../gateway/gateway.ts';
import type { GraphRequest, GraphResult } from '../../../kernel/executor.ts';
import { anonymous } from '../../../kernel/identity.ts';
import { localChannel } from '../../../kernel/live/live.ts';
import { createLog } from '../../../kernel/log.ts';
import { dataSchema, type Store } from './store.ts';
import { parseSubgraph, type Subgraph, subgraphExecutor } from './subgraph.ts';

/** Subgraphs and what they know, together: each knows the part of it that its schema declares. */
export interface World {
  /** Each subgraph's schema, by its name; the link to federation is put before it. */
  subgraphs: Readonly<Record<string, string>>;
  /** The data, made anew for whoever is to change it. */
  store(): Store;
}

/** An answer as a client reads it. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLFormattedError[];
}

/** What a subgraph was asked. */
export interface Call {
  subgraph: string;
  query: string;
  variables: Readonly<Record<string, unknown>>;
}

type Variables = Readonly<Record<string, unknown>>;

/** One world as a client sees it twice: over a gateway and its subgraphs, and as a single schema over the same data. */
export interface Federation {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  /** Asks over the gateway. */
  ask(query: string, variables?: Variables): Promise<Answer>;
  /** Asks the single schema. */
  askWhole(query: string, variables?: Variables): Promise<Answer>;
  /** Asks both, expects them to agree, and answers what they said. */
  agreed(query: string, variables?: Variables): Promise<Answer>;
  /** What the subgraphs were asked by the last operation, in this order. */
  readonly calls: readonly Call[];
  /** What a subgraph answers in place of the truth; it gets the true answer. Nothing to answer truly again. */
  replies: Map<string, (truth: GraphResult, request: GraphRequest) => unknown>;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@shareable" "@external" "@requires" "@provides" "@override" "@inaccessible" "@interfaceObject" "@tag"
  "@composeDirective"
])`;

const context: GraphContext = {
  identity: anonymous,
  signal: new AbortController().signal,
  verify: async () => anonymous,
};

/** Composes a world's subgraphs. Throws with the reasons when they do not make one graph. */
export function composeWorld({ subgraphs }: Pick<World, 'subgraphs'>): string {
  const parts = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: name,
    typeDefs: parse(`${LINK}\n${sdl}`),
  }));
  const { supergraphSdl, errors } = composeServices(parts);
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Starts a world. */
export function federate(world: World): Federation {
  const calls: Call[] = [];
  const replies: Federation['replies'] = new Map();
  const supergraph = composeWorld(world);
  const parts = Object.entries(world.subgraphs).map(([name, sdl]) => parseSubgraph(name, `${LINK}\n${sdl}`));
  const gatewayStore = world.store();
  const wholeStore = world.store();
  const executors = new Map(parts.map((part) => [part.name, overTheWire(part)]));
  const gateway = createGateway({
    supergraph,
    executorOf: (name) => executors.get(name),
    live: localChannel(),
    log: createLog('silent'),
  });
  const { schema } = gateway;
  const whole = dataSchema(schema, wholeStore);

  function overTheWire(part: Subgraph) {
    // The schema is the gateway's, which is there when the first request comes.
    const answer = subgraphExecutor(part, gatewayStore, (name) => possibleTypes(schema, name));
    return {
      async execute(request: GraphRequest): Promise<GraphResult> {
        const { query, variables = {} } = request;
        calls.push({ subgraph: part.name, query, variables: copied(variables) });
        const truth = copied<GraphResult>(await answer({ query, variables: copied(variables) }));
        const reply = replies.get(part.name);
        return reply ? copied(reply(truth, request)) : truth;
      },
      live: async () => [],
    };
  }

  const read = (query: string) => {
    const document = parse(query);
    const problems = validate(schema, document);
    if (problems[0]) throw new Error(`${problems[0].message}\n${query}`);
    return document;
  };

  const federation: Federation = {
    schema,
    calls,
    replies,
    async ask(query, variables = {}) {
      calls.length = 0;
      const document = read(query);
      try {
        return copied(await gateway.execute({ document, variables: copied(variables), context }));
      } catch (error) {
        // What a client is told of an operation that cannot be carried out.
        if (error instanceof GraphQLError) return copied({ errors: [error] });
        throw error;
      }
    },
    async askWhole(query, variables = {}) {
      return copied(await execute({ ...whole, document: read(query), variableValues: copied(variables) }));
    },
    async agreed(query, variables) {
      const [answer, truth] = [await federation.ask(query, variables), await federation.askWhole(query, variables)];
      assert.deepEqual(comparable(answer), comparable(truth));
      return answer;
    },
  };
  return federation;
}

/**
 * What must be the same in two answers: the data with the order of its fields, and the places where an error explains a
 * null. Which of several errors around one null is told, and in which words, may differ.
 */
export function comparable({ data = null, errors = [] }: Answer): { data: string; nulls: readonly string[] } {
  const nulls = errors.map(({ path = [] }) => JSON.stringify(placeOf(data, path)));
  return { data: JSON.stringify(data, undefined, 1), nulls: [...new Set(nulls)].sort() };
}

/** How far a path leads into the data: to its end, or to the null above it. */
function placeOf(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path;
}

/** The names of the object types that may stand for a type. */
function possibleTypes(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  if (!type || !('resolveType' in type)) return [name];
  return schema.getPossibleTypes(type).map((possible) => possible.name);
}

/** As if it had been sent: nothing of the original is shared. */
function copied<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value));
}

/** The messages of an answer's errors with their paths, each as one line. */
export function told({ errors = [] }: Pick<ExecutionResult | Answer, 'errors'>): string[] {
  return errors.map(({ message, path }) => `${path?.join('.') ?? ''}: ${message}`).sort();
}
