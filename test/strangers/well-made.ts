import { definePlugin } from '../../sdk/index.ts';

/** Is as it should be. */
export default definePlugin({
  name: 'well-made',
  contract: '1.0',
  schema: 'type Query { wellMade: String }',
  routes: ['GET /box/:id'],
  page: { path: '/box/:id', title: 'A box' },
  setup: () => ({
    resolvers: { Query: { wellMade: () => 'yes' } },
    routes: { 'GET /box/:id': ({ params }) => new Response(`The box ${params['id']}.`) },
  }),
});
