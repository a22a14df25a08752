import { definePlugin } from '../../sdk/index.ts';

/** Says where its routes lie, and gives a number. */
export default definePlugin({
  name: 'wrong-lists',
  contract: '1.0',
  routes: 5 as never,
  setup: () => ({}),
});
