import { definePlugin } from '../../sdk/index.ts';

/** Follows a topic, and has nothing to say of it. */
export default definePlugin({
  name: 'mute-live',
  contract: '1.0',
  schema: 'type Subscription { teaChanged: String } type Query { teaNow: String }',
  setup: () => ({ live: { teaChanged: async () => [{ topic: 'tea', version: 0 }] } }),
});
