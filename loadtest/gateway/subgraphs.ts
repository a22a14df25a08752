import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';

/**
 * The four subgraphs that the field compares gateways with (graphql-hive/graphql-gateways-benchmark, its facts in our
 * words): six users, nine products, eleven reviews.
 */
export const typeDefs: Readonly<Record<string, string>> = {
  accounts: `type Query { me: User user(id: ID!): User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }`,
  products: `type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  inventory: `type Product @key(fields: "upc") {
      upc: String! weight: Int @external price: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight") }`,
  reviews: `type Review @key(fields: "id") {
      id: ID! body: String product: Product author: User @provides(fields: "username") }
    type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
};

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
  import: ["@key", "@requires", "@provides", "@external", "@shareable"])`;

interface Thing {
  id: string;
  upc: string;
  price: number;
  weight: number;
}

const users = Array.from({ length: 6 }, (_, index) => {
  const id = String(index + 1);
  return { id, name: `Guest number ${id}`, username: `guest${id}`, birthday: 1_000 + index };
});
const products = Array.from({ length: 9 }, (_, index) => {
  const upc = String(index + 1);
  return { upc, name: `Dish number ${upc}`, price: 200 * (index + 1), weight: 100 + index };
});
const reviewed = [1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4];
const reviews = reviewed.map((upc, index) => ({
  id: String(index + 1),
  body: `It was as good as the ${index + 1} before. `.repeat(4 + index * 2),
  product: { upc: String(upc) },
  author: { ...users[index % users.length], __typename: 'User' },
}));

const resolvers: Readonly<Record<string, object>> = {
  accounts: {
    Query: { me: () => users[0], users: () => users },
    User: { __resolveReference: ({ id }: Thing) => users.find((user) => user.id === id) },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: Thing) => products.find((product) => product.upc === upc) },
  },
  inventory: {
    Product: {
      inStock: () => true,
      shippingEstimate: ({ price, weight }: Thing) => (price > 1_000 ? 0 : Math.floor(weight / 2)),
    },
  },
  reviews: {
    User: {
      reviews: () => reviews.slice(0, 2),
      username: ({ id }: Thing) => users.find((user) => user.id === id)?.username,
    },
    Product: { reviews: ({ upc }: Thing) => reviews.filter(({ product }) => product.upc === upc) },
  },
};

/** The operation of the comparison: every fragment at every level, down to a product's review's author's review's product. */
export const OPERATION = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query Comparison {
    users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User
      reviews { ...Review product { ...Product } } } } } } }
    topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
  }`;

/** Composed and executable: name, SDL and schema of each. */
export const subgraphs: readonly { name: string; sdl: string; schema: GraphQLSchema }[] = Object.entries(typeDefs).map(
  ([name, text]) => {
    const sdl = `${LINK}\n${text}`;
    return {
      name,
      sdl,
      schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers[name] as never }]),
    };
  },
);
