import { definePlugin } from '../../sdk/index.ts';

/** Never ends what it does with a paid order, nor lets anything else in its process go on. */
export default definePlugin({
  name: 'looping',
  contract: '1.0',
  schema: 'type Query { looping: String }',
  scopes: ['orders:read'],
  consumes: ['order.paid'],
  setup: () => ({
    resolvers: { Query: { looping: () => 'not yet' } },
    on: {
      'order.paid': async () => {
        for (;;);
      },
    },
  }),
});
