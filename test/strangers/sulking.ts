import { definePlugin } from '../../sdk/index.ts';

/** Fails when it is told to end. */
export default definePlugin({
  name: 'sulking',
  contract: '1.0',
  setup: () => ({
    close() {
      throw new Error('the shutter is jammed');
    },
  }),
});
