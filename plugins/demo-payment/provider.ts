import { ensureRow } from '../../kernel/database/insert-new.ts';
import type { Host } from '../../kernel/module.ts';
import type { ChargeResult, PaymentProvider, RefundRequest, RefundResult } from '../../subgraphs/orders/ports.ts';
import { Charge, ChargeRefund } from './entities.ts';
import { behaviourOf } from './instruments.ts';

/**
 * A bank in a table. It keeps the promises of the port as a real provider's plug-in has to: each call is one
 * transaction, found again by the caller's own ids, so that a repeat has one effect and answers the same.
 */
export function demoProvider(host: Host): PaymentProvider {
  /** The charge of a payment, or null. Each call of the port is a unit of work of its own. */
  const find = (paymentId: string) => host.context().em.findOne(Charge, paymentId);

  return {
    requiresStaff: async () => false,

    async charge({ paymentId, amount, instrument }) {
      const { state, losesReply } = behaviourOf(instrument);
      const charge = await host.transact(host.context(), async (tx) => {
        // What is there already was charged, or closed before this call came.
        const fresh = { paymentId, amount, state, refunded: 0, createdAt: host.clock.now() };
        await ensureRow(tx, Charge, fresh);
        return tx.em.findOneOrFail(Charge, paymentId);
      });
      if (losesReply) throw new Error('the demonstration lost its reply');
      return resultOf(charge);
    },

    async query(paymentId) {
      const charge = await find(paymentId);
      if (!charge) return { outcome: 'none' };
      if (charge.state === 'CLOSED') return { outcome: 'closed' };
      // Whoever is asked to finish a payment has done so by the next time one looks.
      if (charge.state === 'OPEN') await turn(host, paymentId, 'SUCCEEDED');
      return resultOf((await find(paymentId)) ?? charge);
    },

    async close(paymentId) {
      await host.transact(host.context(), (tx) => {
        const closed = { paymentId, amount: 0, state: 'CLOSED' as const, refunded: 0, createdAt: host.clock.now() };
        return ensureRow(tx, Charge, closed);
      });
      await turn(host, paymentId, 'CLOSED');
      const charge = await find(paymentId);
      return charge?.state === 'SUCCEEDED' ? succeeded(charge) : { outcome: 'closed' };
    },

    refund: (request) => host.transact(host.context(), (tx) => refund(tx, host.clock.now(), request)),
  };
}

/** Decides an open charge; one that is decided stays as it is. */
async function turn(host: Host, paymentId: string, state: 'SUCCEEDED' | 'CLOSED'): Promise<void> {
  await host.transact(host.context(), (tx) => tx.em.nativeUpdate(Charge, { paymentId, state: 'OPEN' }, { state }));
}

async function refund(
  tx: Parameters<Parameters<Host['transact']>[1]>[0],
  now: number,
  { refundId, paymentId, amount }: RefundRequest,
): Promise<RefundResult> {
  if (await tx.em.findOne(ChargeRefund, refundId)) return { outcome: 'succeeded' };
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `update demo_charge set refunded = refunded + ?
     where payment_id = ? and state = 'SUCCEEDED' and refunded + ? <= amount`,
    [amount, paymentId, amount],
    'run',
  );
  if (affectedRows === 0) return { outcome: 'failed', reason: 'More than was taken.' };
  await tx.em.insert(ChargeRefund, { refundId, paymentId, amount, createdAt: now });
  return { outcome: 'succeeded' };
}

function resultOf(charge: Charge): ChargeResult {
  switch (charge.state) {
    case 'SUCCEEDED':
      return succeeded(charge);
    case 'OPEN':
      return { outcome: 'pending', action: `demo-payment:${charge.paymentId}` };
    case 'DECLINED':
      return { outcome: 'declined', reason: 'The demonstration card was declined.' };
    case 'CLOSED':
      return { outcome: 'declined', reason: 'The payment was closed.' };
  }
}

function succeeded({ paymentId }: Charge) {
  return { outcome: 'succeeded' as const, reference: `demo-${paymentId}` };
}
