import { definePlugin } from '../../sdk/index.ts';

/** Does what it does not declare. */
export default definePlugin({
  name: 'undeclared',
  contract: '1.0',
  setup: () => ({ routes: { 'GET /undeclared': () => new Response('here') } }),
});
