import { definePlugin } from '../../sdk/index.ts';

/** Does not come to an end when it is told to. */
export default definePlugin({
  name: 'clinging',
  contract: '1.0',
  setup: () => ({ close: () => new Promise<void>(() => {}) }),
});
