import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { cash } from './cash.ts';

/** Cash in the till: `payOrder(provider: "cash")`, by staff. */
export const cashPayment = definePlugin({
  name: 'cash-payment',
  contract: '1.0',
  provides: [offer(PaymentProvider, 'cash')],
  setup: () => ({ provides: [provide(PaymentProvider, 'cash', cash)] }),
});
