import { setTimeout as wait } from 'node:timers/promises';
import { defineModule } from '../../../kernel/module.ts';
import { type App, type AppOptions, startApp } from '../../app.ts';
import { type Answer, type Clients, clientsOf } from '../../clients.ts';

/** What has been tried on the shelf's lock, and how often anything was asked of it. */
export const shelf = { tried: [] as string[], asked: 0, waiting: 0, aborted: 0 };

const dish = (id: string) => ({ id, name: `dish ${id}` });
const dishes = (count: number) => Array.from({ length: count }, (_, index) => dish(String(index)));

type Signalled = { signal?: AbortSignal };

/** A shelf of dishes behind a lock: lists, pages, and a PIN that somebody may try to guess. */
const shelfModule = defineModule({
  name: 'shelf',
  schema: `
    type Query {
      dish(id: ID!): Dish
      dishes(first: Int! = 20): DishConnection
      all: [Dish!]
      specials: [Dish!] @federation__listSize(assumedSize: 2)
      analysis: Int @federation__cost(weight: 400)
      never: Int
      find(wish: Wish, wishes: [Wish!], heat: Heat, word: String @federation__cost(weight: 3)): [Dish!]
      ends(top: Int, bottom: Int): [Dish!] @federation__listSize(slicingArguments: ["top", "bottom"])
      either(top: Int, bottom: Int): [Dish!]
        @federation__listSize(slicingArguments: ["top", "bottom"], requireOneSlicingArgument: false, assumedSize: 4)
      started(top: Int = 6, bottom: Int): [Dish!] @federation__listSize(slicingArguments: ["top", "bottom"])
      counter: Counter
      cases: [Case!]
    }
    input Wish { taste: String @federation__cost(weight: 30) heat: Heat like: [Wish!] }
    enum Heat @federation__cost(weight: 7) { MILD HOT }
    interface Counter { dishes: [Dish!] }
    type Bar implements Counter { dishes: [Dish!] @federation__listSize(assumedSize: 200) @federation__cost(weight: 2) }
    type Hatch implements Counter { dishes: [Dish!] }
    union Case = Bar | Freezer
    type Freezer @federation__cost(weight: 90) { cold: Int }
    type Mutation { unlock(pin: String!): Boolean }
    type Subscription { shelfChanged(first: Int! = 20): DishConnection }
    type Dish @key(fields: "id") { id: ID! name: String! similar(first: Int! = 10): [Dish!]! }
    type DishConnection { edges: [DishEdge!]! total: Int! }
    type DishEdge { node: Dish! }
  `,
  setup: () => ({
    resolvers: {
      Query: {
        dish(_: unknown, { id }: { id: string }) {
          shelf.asked += 1;
          return dish(id);
        },
        dishes: (_: unknown, { first }: { first: number }) => {
          shelf.asked += 1;
          return { total: 1000, edges: dishes(first).map((node) => ({ node })) };
        },
        all: () => dishes(5),
        specials: () => dishes(2),
        analysis: () => 1,
        find: () => dishes(1),
        ends: () => dishes(1),
        either: () => dishes(1),
        started: () => dishes(1),
        counter: () => ({ __typename: 'Hatch', dishes: dishes(1) }),
        cases: () => [],
        async never(_: unknown, __: unknown, { signal }: Signalled) {
          shelf.waiting += 1;
          await wait(600_000, undefined, signal ? { signal } : {}).catch(() => undefined);
          shelf.aborted += 1;
        },
      },
      Dish: { similar: (_: unknown, { first }: { first: number }) => dishes(first) },
      Mutation: {
        unlock(_: unknown, { pin }: { pin: string }) {
          shelf.tried.push(pin);
          return pin === '0042';
        },
      },
      Subscription: {
        shelfChanged: { resolve: (_: unknown, { first }: { first: number }) => ({ edges: [], total: first }) },
      },
    },
    live: { shelfChanged: async () => [{ topic: 'shelf', version: 1 }] },
  }),
});

/** The shelf behind a gateway whose limits are set by the environment. */
export function startShelf(environment: NodeJS.ProcessEnv = {}, options: AppOptions = {}): Promise<App> {
  return startApp({ modules: [shelfModule], environment, ...options });
}

/** Somebody at another address: behind a proxy, which the gateway has to have been told of by TRUST_PROXY. */
export async function askFrom(app: App, address: string, query: string): Promise<Answer & { response: Response }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ query }),
  });
  return { ...((await response.json()) as Answer), response };
}

/** The ways by which an operation reaches a gateway; each answers what came first. */
export const ways: Record<
  string,
  (app: Clients, query: string, variables?: Record<string, unknown>) => Promise<Answer>
> = {
  HTTP: (app, query, variables) => app.graph(query, variables),
  async 'server-sent events'({ url }, query, variables) {
    const { body } = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables }),
    });
    let text = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const [, frame] = /^data: (.+)\n/m.exec(text) ?? [];
      if (frame) return JSON.parse(frame);
    }
    throw new Error('it ended without a word');
  },
  async 'graphql-ws'({ url }, query, variables = {}) {
    const clients = clientsOf(url);
    try {
      return await new Promise<Answer>((resolve, reject) => {
        clients.sockets().subscribe<Answer['data']>(
          { query, variables },
          {
            next: (value) => resolve(value as Answer),
            error: (errors) => resolve({ data: undefined, errors: errors as never }),
            complete: () => reject(new Error('it ended without a word')),
          },
        );
      });
    } finally {
      await clients.close();
    }
  },
};

/** The code of the first error, with what it says of the limit. */
export function refusalIn({ errors }: Answer) {
  const { code, limit, allowed, asked } = errors?.[0]?.extensions ?? {};
  return { code, limit, allowed, asked };
}
