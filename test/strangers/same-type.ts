import { definePlugin } from '../../sdk/index.ts';

/** Says what a dish is, which is the menu's to say. */
export default definePlugin({
  name: 'same-type',
  contract: '1.0',
  schema: 'type Query { sameType: Dish } type Dish { taste: String }',
  setup: () => ({}),
});
