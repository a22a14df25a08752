import { definePlugin } from '../../sdk/index.ts';

/** Fails when it is set up. */
export default definePlugin({
  name: 'throwing',
  contract: '1.0',
  schema: 'type Query { throwing: Int }',
  routes: ['GET /throwing'],
  consumes: ['order.paid'],
  scopes: ['orders:read'],
  setup() {
    throw new Error('the oven is cold');
  },
});
