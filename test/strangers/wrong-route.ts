import { definePlugin } from '../../sdk/index.ts';

/** Has a placeholder without a name. */
export default definePlugin({
  name: 'wrong-route',
  contract: '1.0',
  routes: ['GET /wrong/:'],
  setup: () => ({ routes: { 'GET /wrong/:': () => new Response() } }),
});
