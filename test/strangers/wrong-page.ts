import { definePlugin } from '../../sdk/index.ts';

/** Says that there is a page where it answers nothing. */
export default definePlugin({
  name: 'wrong-page',
  contract: '1.0',
  routes: ['GET /wrong-page/:id'],
  page: { path: '/wrong-page', title: 'Nothing' },
  setup: () => ({ routes: { 'GET /wrong-page/:id': () => new Response() } }),
});
