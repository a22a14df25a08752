import { definePlugin } from '../../sdk/index.ts';

/** Its settings for stores are no schema. */
export default definePlugin({
  name: 'wrong-store-settings',
  contract: '1.0',
  storeSettings: { a: 1 } as never,
  setup: () => ({}),
});
