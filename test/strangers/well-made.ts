import { definePlugin } from '../../sdk/index.ts';

/** Is as it should be. */
export default definePlugin({
  name: 'well-made',
  contract: '1.0',
  schema: 'type Query { wellMade: String }',
  setup: () => ({ resolvers: { Query: { wellMade: () => 'yes' } } }),
});
