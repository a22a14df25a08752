import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLFormattedError, type GraphQLSchema, parse, validate } from 'graphql';
import { createGateway } from '../../gateway/gateway.ts';
import type { Policies } from '../../gateway/rights/caller.ts';
import type { Executor } from '../../kernel/executor.ts';
import { anonymous, type OuterIdentity } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';

/** What stands before the schema of each subgraph. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key" "@shareable" "@external" "@requires" "@interfaceObject" "@authenticated" "@requiresScopes" "@policy"
])`;

/** What a restaurant shows, and to whom. */
export const HOUSE = `
  type Query {
    dishes: [Dish!]!
    special: Dish
    till: Int @authenticated
    wages: Int @requiresScopes(scopes: [["wages:read"], ["books:read", "house:all"]])
    people: [Person!]!
    waiter: Waiter
    finds: [Find!]!
    visitors: [Visitor!]!
    keyholders: [String!] @policy(policies: [["owner"], ["manager", "on-duty"]])
  }
  type Mutation { fire(name: String!): Boolean @requiresScopes(scopes: [["staff:manage"]]) clap: Int }
  type Subscription { tillChanged: Int @authenticated }
  type Dish @key(fields: "id") { id: ID! name: String! cost: Cents alarm: Alarm recipe: Recipe }
  type Recipe @key(fields: "id") @requiresScopes(scopes: [["recipes:read"]]) { id: ID! steps: String! }
  interface Person @key(fields: "name") { name: String! wage: Int boss: Person mate: Person }
  type Guest implements Person @key(fields: "name") { name: String! wage: Int boss: Person mate: Person visits: Int }
  type Waiter implements Person @key(fields: "name") {
    name: String!
    wage: Int @requiresScopes(scopes: [["wages:read"]])
    boss: Person
    mate: Person @authenticated
    address: String! @authenticated
  }
  union Find = Dish | Recipe
  union Visitor = Guest | Dish
  scalar Cents @authenticated
  enum Alarm @requiresScopes(scopes: [["alarms:read"]]) { LOW NONE }`;
/** What its store room adds. */
export const STOCK = `
  type Dish @key(fields: "id") { id: ID! left: Int stolen: Int @authenticated }
  type Recipe @key(fields: "id") @requiresScopes(scopes: [["recipes:read"]]) { id: ID! grams: Int }
  type Person @key(fields: "name") @interfaceObject { name: String! shoes: Int locker: Int @authenticated }`;

const recipe = { __typename: 'Recipe', id: 'r1', steps: '先炒花生' };
const dishes = [
  { __typename: 'Dish', id: '1', name: '宫保鸡丁', cost: 900, alarm: 'LOW', recipe },
  { __typename: 'Dish', id: '2', name: '麻婆豆腐', cost: 500, alarm: 'NONE', recipe: null },
];
const waiter = { __typename: 'Waiter', name: 'Li Lei', wage: 30, address: '2 West Street' };
const guest = { __typename: 'Guest', name: 'Han Meimei', wage: 0, visits: 3, boss: waiter, mate: waiter };
const house = {
  Query: {
    dishes: () => dishes,
    special: () => dishes[0],
    till: () => 100,
    wages: () => 60,
    people: () => [guest, waiter],
    waiter: () => waiter,
    finds: () => [dishes[0], recipe],
    visitors: () => [guest, dishes[1]],
    keyholders: () => ['Li Lei'],
  },
  Mutation: { fire: () => true, clap: () => 1 },
  Recipe: { __resolveReference: () => recipe },
  Person: { __resolveReference: ({ name }: { name: string }) => [guest, waiter].find((one) => one.name === name) },
  Dish: { __resolveReference: ({ id }: { id: string }) => dishes.find((dish) => dish.id === id) },
};
const stock = {
  Dish: { __resolveReference: ({ id }: { id: string }) => ({ id, left: Number(id) * 3, stolen: 1 }) },
  Recipe: { __resolveReference: () => ({ id: 'r1', grams: 350 }) },
  Person: { __resolveReference: ({ name }: { name: string }) => ({ name, shoes: 42, locker: 7 }) },
};

/** Whoever has these scopes. */
export const withScopes = (...scopes: string[]): OuterIdentity => ({ kind: 'staff', id: 's1', scopes, stores: 'all' });
export const diner: OuterIdentity = { kind: 'diner', id: 'd1' };

/** An answer as a client reads it. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  data?: any;
  errors?: readonly GraphQLFormattedError[];
}

/** A guarded graph, and what its subgraphs were asked by the last operation. */
export interface Guarded {
  ask(query: string, identity?: OuterIdentity, variables?: Record<string, unknown>): Promise<Answer>;
  /** Follows a subscription; its answer when it is refused. */
  follow(query: string, identity?: OuterIdentity): Promise<unknown>;
  readonly asked: readonly string[];
  /** What clients see. */
  readonly schema: GraphQLSchema;
}

/** Composes the house with its stock. Throws with the reasons when they do not make one graph. */
export function composeGuarded(parts: Readonly<Record<string, string>> = { house: HOUSE, stock: STOCK }): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(parts).map(([name, sdl]) => ({ name, url: name, typeDefs: parse(LINK + sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Serves a supergraph over the house and its stock. */
export function guarded(supergraph = composeGuarded(), policies?: Policies): Guarded {
  const asked: string[] = [];
  const executors = new Map([
    ['house', executorOf('house', HOUSE, house, asked)],
    ['stock', executorOf('stock', STOCK, stock, asked)],
  ]);
  const surroundings = { live: localChannel(), log: createLog('silent') };
  const gateway = createGateway({ supergraph, executorOf: (name) => executors.get(name), ...surroundings, policies });
  const argsOf = (query: string, identity: OuterIdentity, variables: Record<string, unknown> = {}) => {
    asked.length = 0;
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    const problems = validate(gateway.schema, document);
    if (problems[0]) throw problems[0];
    const signal = new AbortController().signal;
    return { document, variables, context: { identity, signal, verify: async () => identity } };
  };
  // As at a client's door: an operation's text is parsed once, and everybody's way to it is kept with it.
  const documents = new Map<string, ReturnType<typeof parse>>();
  return {
    asked,
    schema: gateway.schema,
    ask: async (query, identity = anonymous, variables = {}) =>
      JSON.parse(JSON.stringify(await gateway.execute(argsOf(query, identity, variables)))),
    follow: async (query, identity = anonymous) => gateway.subscribe(argsOf(query, identity)),
  };
}

function executorOf(name: string, sdl: string, resolvers: object, asked: string[]): Executor {
  const schema = buildSubgraphSchema([{ typeDefs: parse(LINK + sdl), resolvers: resolvers as never }]);
  return {
    async execute({ query, variables }) {
      asked.push(`${name}: ${query}`);
      const { data, errors } = await execute({ schema, document: parse(query), variableValues: variables });
      return JSON.parse(JSON.stringify({ data, errors }));
    },
    live: async () => [],
  };
}

/** An answer's errors, each as its place and its code. */
export function refusals({ errors = [] }: Answer): string[] {
  return errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions?.['code']}`);
}
