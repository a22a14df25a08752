import { definePlugin } from '../../sdk/index.ts';

/** Claims where the figures of the process are. */
export default definePlugin({
  name: 'same-figures',
  contract: '1.0',
  routes: ['GET /metrics'],
  setup: () => ({ routes: { 'GET /metrics': () => new Response('none') } }),
});
