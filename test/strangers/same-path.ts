import { definePlugin } from '../../sdk/index.ts';

/** Wants a page where the kitchen screen has one. */
export default definePlugin({
  name: 'same-path',
  contract: '1.0',
  routes: ['GET /kitchen'],
  setup: () => ({ routes: { 'GET /kitchen': () => new Response('mine') } }),
});
