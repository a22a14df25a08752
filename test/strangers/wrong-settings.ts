import { definePlugin, z } from '../../sdk/index.ts';

/** Cannot be set as its environment sets it. */
export default definePlugin({
  name: 'wrong-settings',
  contract: '1.0',
  settings: z.object({ portions: z.coerce.number({ error: 'expected a number' }) }),
  setup: () => ({}),
});
