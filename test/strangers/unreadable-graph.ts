import { definePlugin } from '../../sdk/index.ts';

/** Its part of the graph is no GraphQL. */
export default definePlugin({
  name: 'unreadable-graph',
  contract: '1.0',
  schema: 'type Query {',
  setup: () => ({}),
});
