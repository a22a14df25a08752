import { definePlugin } from '../../sdk/index.ts';

/** Slips where it is set up. */
export default definePlugin({
  name: 'slipping',
  contract: '1.0',
  setup() {
    const tea = JSON.parse('null').tea;
    return { resolvers: { Query: { tea } } };
  },
});
