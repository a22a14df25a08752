import { beside } from '../../../kernel/beside.ts';
import { Payment, Refund } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import { callProvider } from './payment-providers.ts';
import { giveBack } from './refund-payment.ts';
import { settlePayment } from './settle-payment.ts';

/** What is done when a provider says that something has become of a payment or a refund: it is asked, soon. */
export interface Reported {
  payment(paymentId: string): void;
  refund(refundId: string): void;
  /** Resolves when nobody is being asked any more. */
  done(): Promise<void>;
}

/** Asks providers after their reports. What is lost here is asked about by recovery. */
export function reportedBy(host: OrdersHost): Reported {
  const failed = (error: unknown, id: string) => host.log.warn({ error, id }, 'what was reported is not certain yet');
  const payments = beside(inquire, failed);
  const refunds = beside(refund, failed);

  /** A payment that a provider denies may still be on its way to it: that is left to recovery, which closes it. */
  async function inquire(paymentId: string): Promise<void> {
    const payment = await host.context().em.findOne(Payment, paymentId);
    if (!payment || !['PENDING', 'FAILED', 'CLOSED'].includes(payment.state)) return;
    const result = await callProvider(host, payment.provider, (provider) => provider.query(payment.id));
    if (result.outcome !== 'none') await settlePayment(host, payment, result);
  }

  async function refund(refundId: string): Promise<void> {
    if (await host.context().em.findOne(Refund, refundId)) await giveBack(host, refundId);
  }

  return {
    payment: (paymentId) => void payments.begin(paymentId),
    refund: (refundId) => void refunds.begin(refundId),
    async done() {
      await Promise.all([payments.done(), refunds.done()]);
    },
  };
}
