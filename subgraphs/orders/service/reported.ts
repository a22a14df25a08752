import { AsyncLocalStorage } from 'node:async_hooks';
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

/**
 * Asks providers after their reports, beside the transaction in which an event is handled. Nothing hangs on it: what is
 * lost here is asked about by recovery. Reports of one thing that come while it is asked about are one more question.
 */
export function reportedBy(host: OrdersHost): Reported {
  // Taken here, where no transaction is open: what begins in a handler would count as a part of its transaction.
  const outside = AsyncLocalStorage.snapshot();
  const asking = new Map<string, { again: boolean; work: Promise<void> }>();

  function ask(id: string, question: () => Promise<void>): void {
    const underWay = asking.get(id);
    if (underWay) {
      underWay.again = true;
      return;
    }
    const entry = { again: true, work: Promise.resolve() };
    asking.set(id, entry);
    entry.work = outside(async () => {
      while (entry.again) {
        entry.again = false;
        await question().catch((error) => host.log.warn({ error, id }, 'what was reported is not certain yet'));
      }
      asking.delete(id);
    });
  }

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
    payment: (paymentId) => ask(paymentId, () => inquire(paymentId)),
    refund: (refundId) => ask(refundId, () => refund(refundId)),
    async done() {
      await Promise.all([...asking.values()].map(({ work }) => work));
    },
  };
}
