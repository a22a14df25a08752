import type { Claim } from '../../../kernel/idempotency.ts';
import { personOf, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { optionalText } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import { isSwitchedOff } from '../../../kernel/switched-off.ts';
import type { PayOrderInput } from '../../../schema/types/orders.ts';
import { Order, Payment } from '../entities.ts';
import { orderError } from '../errors.ts';
import { type ChargeResult, PaymentProvider } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';
import { change, orderForChange } from './change-order.ts';
import { visibleOrder } from './find-orders.ts';
import { inFlight } from './in-flight.ts';
import { callProvider, providerOf } from './payment-providers.ts';
import { settlePayment } from './settle-payment.ts';

/** The order as paid, or how its payment stands. */
export type PayOrderAnswer =
  | Order
  | { __typename: 'PaymentDeclined'; order: Order; reason: string }
  | { __typename: 'PaymentPending'; order: Order; payment: Payment; action: string | null };

/** A payment that this call has stored, and the order that it is for. */
interface Begun {
  order: Order;
  payment: Payment;
}

/** Takes payments. */
export interface Paying {
  pay(ctx: Context, input: PayOrderInput): Promise<PayOrderAnswer>;
  /** Has a delivery platform promise to pay for its order, unless it has, or the order waits for that no more. */
  collect(orderId: string): Promise<void>;
}

/** Sets up the taking of payments for this process. */
export function paying(host: OrdersHost): Paying {
  const underWay = inFlight();

  async function pay(ctx: Context, input: PayOrderInput): Promise<PayOrderAnswer> {
    const order = await visibleOrder(ctx, input.orderId);
    const claim: Claim = { mutation: 'payOrder', key: input.idempotencyKey, input };
    const known = await host.outcomeOf(ctx, claim);
    return answer(ctx, known ?? (await take(ctx, claim, order, input)));
  }

  /** Stores the payment with its key, then asks the provider; a repeat of the key asks nobody. Answers the payment's id. */
  async function take(ctx: Context, claim: Claim, order: Order, input: PayOrderInput): Promise<string> {
    await mayPay(host, ctx, order, input.provider);
    const instrument = optionalText('instrument', input.instrument, 500);
    let begun: Begun | null = null;
    let end = () => {};
    try {
      const { id } = await host.transact(ctx, (tx) => {
        // Of a try that was undone nothing is left.
        begun = null;
        end();
        return host.once(tx, claim, async () => {
          const present = await orderForChange(tx, order.id);
          if (present.state !== 'AWAITING_PAYMENT') throw orderError('ORDER_NOT_PAYABLE', { state: present.state });
          if (present.paymentId) throw orderError('PAYMENT_IN_PROGRESS');
          begun = await begin(tx, present, input.provider);
          // Begun before the commit, so that a repeat finds it under way from the first moment.
          end = underWay.begin(begun.payment.id);
          return begun.payment.id;
        });
      });
      if (begun) await charge(begun, instrument);
      return id;
    } finally {
      end();
    }
  }

  async function begin(tx: Transaction, order: Order, provider: string): Promise<Begun> {
    const payment = newPayment(host.clock.now(), order, provider);
    await tx.em.insert(Payment, payment);
    await change(host, tx, order, { paymentId: payment.id });
    return { order, payment };
  }

  async function collect(orderId: string): Promise<void> {
    const begun = await host.transact(host.context(), async (tx) => {
      const order = await orderForChange(tx, orderId);
      if (order.state !== 'AWAITING_PAYMENT' || order.paymentId || !order.delivery || !order.source) return null;
      return begin(tx, order, order.source);
    });
    if (begun) await charge(begun, null);
  }

  /** Asks for the money. When the answer is unknown the payment stays PENDING, and recovery asks until it knows. */
  async function charge({ order, payment }: Begun, instrument: string | null): Promise<void> {
    try {
      await settlePayment(host, payment, await askForMoney({ order, payment }, instrument));
    } catch (error) {
      host.log.warn({ error, paymentId: payment.id }, 'a payment is not certain yet');
    }
  }

  async function askForMoney({ order, payment }: Begun, instrument: string | null): Promise<ChargeResult> {
    const { id: paymentId, provider, amount, currency } = payment;
    // What costs nothing is paid without a provider.
    if (amount === 0 && !order.delivery) return { outcome: 'succeeded', reference: paymentId };
    const { id: orderId, storeId, storeName, pickupNumber, expiresAt = null } = order;
    const description = `${storeName} #${pickupNumber}`;
    const externalId = order.delivery ? (order.externalId ?? null) : null;
    const what = { paymentId, orderId, storeId, externalId, amount, currency };
    const request = { ...what, description, expiresAt, instrument };
    return callProvider(host, provider, (implementation) => implementation.charge(request));
  }

  async function answer(ctx: Context, paymentId: string): Promise<PayOrderAnswer> {
    await underWay.settled(paymentId);
    const payment = await ctx.em.findOneOrFail(Payment, paymentId, { refresh: true });
    const order = await ctx.em.findOneOrFail(Order, payment.orderId, { refresh: true });
    if (payment.state === 'PENDING')
      return { __typename: 'PaymentPending', order, payment, action: payment.action ?? null };
    if (payment.state === 'FAILED' || payment.state === 'CLOSED')
      return { __typename: 'PaymentDeclined', order, reason: payment.declineReason ?? 'The payment was closed.' };
    return order;
  }

  return { pay, collect };
}

/** Whether this person may pay this order by this provider: its diner, or staff who take payments at its store. */
async function mayPay(host: OrdersHost, ctx: Context, order: Order, name: string): Promise<void> {
  if (order.delivery && order.source !== name) throw orderError('PAYMENT_PROVIDER_UNFIT', { provider: name });
  const provider = await providerOf(host, name);
  if (await isSwitchedOff(host, PaymentProvider, name))
    throw orderError('PAYMENT_PROVIDER_UNKNOWN', { provider: name });
  if (personOf(ctx.identity).kind !== 'diner') requireScope(ctx.identity, 'payments:take', order.storeId);
  else if (await provider.requiresStaff()) throw orderError('PAYMENT_NEEDS_STAFF', { provider: name });
}

function newPayment(now: number, { id, total, currency }: Order, provider: string): Payment {
  return {
    id: newId(),
    orderId: id,
    provider,
    amount: total,
    currency,
    state: 'PENDING',
    reference: null,
    declineReason: null,
    action: null,
    refunded: 0,
    createdAt: now,
    askedAt: now,
    paidAt: null,
  };
}
