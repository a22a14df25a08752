import { definePlugin, offer } from '../../sdk/index.ts';
import { PaymentProvider } from '../../sdk/ports.ts';

/** Takes cash in the place of the product's own till. */
export default definePlugin({
  name: 'same-port',
  contract: '1.0',
  provides: [offer(PaymentProvider, 'cash')],
  setup: () => ({}),
});
