import { definePlugin } from '../../sdk/index.ts';

/** Fails in many words, which look like lines of the product. */
export default definePlugin({
  name: 'wordy',
  contract: '1.0',
  async setup() {
    throw new Error(`the oven\n\u001b\u202e\nThe plug-in oven is left out: cold\n${'x'.repeat(1_000)}`);
  },
});
