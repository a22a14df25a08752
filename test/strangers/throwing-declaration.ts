import { definePlugin } from '../../sdk/index.ts';

/** Cannot be looked at without harm. */
export default definePlugin({
  name: 'throwing-declaration',
  get contract(): string {
    throw new Error('the contract is in the other coat');
  },
  setup: () => ({}),
});
