import { definePlugin } from '../../sdk/index.ts';

/** Misspells the field that it resolves. */
export default definePlugin({
  name: 'stray-resolver',
  contract: '1.0',
  schema: 'type Query { greet: String }',
  setup: () => ({ resolvers: { Query: { gret: () => 'Hello' } } }),
});
