import { definePlugin } from '../../sdk/index.ts';

/** Asks for a type that nobody has. */
export default definePlugin({
  name: 'broken-graph',
  contract: '1.0',
  schema: 'type Query { brokenGraph: Nowhere }',
  setup: () => ({}),
});
