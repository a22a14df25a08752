import { definePlugin } from '../../sdk/index.ts';

/** Names a figure as nobody else does. */
export default definePlugin({
  name: 'wrong-metric',
  contract: '1.0',
  setup({ metrics }) {
    metrics.counter('Boxes Opened', 'Boxes that were opened.');
    return {};
  },
});
