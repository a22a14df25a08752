import { port } from '../../kernel/ports.ts';

/** What is to be paid, and with what. */
export interface ChargeRequest {
  /** Our own number of the payment; the same one names the same payment for ever. */
  paymentId: string;
  orderId: string;
  storeId: string;
  /** Minor units of `currency`, more than 0. */
  amount: number;
  currency: string;
  /** What the payer may read on a statement. */
  description: string;
  /** When the order stops waiting, in epoch milliseconds: the provider need not keep the charge open any longer. */
  expiresAt: number | null;
  /** Of an order that a delivery platform has brought: the platform's number of it. */
  externalId?: string | null;
  /** What the payer showed, such as the code on a telephone; its meaning is the provider's. */
  instrument: string | null;
}

/** The money is ours; `reference` is the provider's own number for it. */
export interface Succeeded {
  outcome: 'succeeded';
  reference: string;
}

/** Nothing was taken and nothing will be; `reason` is a sentence the payer may read. */
export interface Declined {
  outcome: 'declined';
  reason: string;
}

/** Not decided yet; `action` is what the payer has to do, such as the text of a QR code. */
export interface Pending {
  outcome: 'pending';
  action?: string;
}

/** The provider never took the payment on: it does not know it, or has closed it. */
export interface NotTaken {
  outcome: 'none' | 'closed';
}

/** How a charge went. */
export type ChargeResult = Succeeded | Declined | Pending;

/** How a charge stands. */
export type QueryResult = ChargeResult | NotTaken;

/** A closed payment takes no money any more; one that had succeeded before stays so. */
export type CloseResult = { outcome: 'closed' } | Succeeded;

/** What is to be given back of a payment. */
export interface RefundRequest {
  /** Our own number of the refund; the same one names the same refund for ever. */
  refundId: string;
  paymentId: string;
  amount: number;
  currency: string;
  /** Why, in the words of whoever cancelled the order or gives a part of it back. */
  reason?: string | null;
  /** Of a refund of a part of the order: portions of dishes, by our ids. Null for all that was left of it. */
  lines?: readonly { menuItemId: string | null; specId: string | null; quantity: number }[] | null;
  /** Of a part that a delivery platform's diner has asked for: the platform's number of the wish. */
  externalId?: string | null;
}

/**
 * `pending` is asked again with the same refundId; `trouble` says what a person has to see to at the provider until it goes
 * on. `failed` is final: nothing was given back, and nothing will be. `amount` is said by whoever reckons by itself what a
 * part comes to, as delivery platforms do, in minor units.
 */
export type RefundResult =
  | { outcome: 'succeeded'; amount?: number }
  | { outcome: 'pending'; trouble?: string }
  | { outcome: 'failed'; reason: string };

/**
 * Takes money. A plug-in provides it under the name that `payOrder(provider:)` bears.
 *
 * Every call is idempotent by its paymentId or refundId: repeated, it has one effect and answers the same. A call that
 * throws or takes too long has an unknown outcome; orders then asks `query` until it knows. A provider that hears of a
 * change by itself emits `payment.reported` or `refund.reported`, and is then asked at once.
 */
export interface PaymentProvider {
  /** Whether only staff may take such a payment, because nothing else shows that the money is there. */
  requiresStaff(): Promise<boolean>;
  /** Takes the money, or begins to. A closed payment is declined. */
  charge(request: ChargeRequest): Promise<ChargeResult>;
  /** How a payment stands. */
  query(paymentId: string): Promise<QueryResult>;
  /** Makes sure that a payment will take no money: also one that the provider has not heard of yet. */
  close(paymentId: string): Promise<CloseResult>;
  /** Gives money back. */
  refund(request: RefundRequest): Promise<RefundResult>;
}

/** The port of payment providers. */
export const PaymentProvider = port<PaymentProvider>('PaymentProvider');

/** Why an order of a delivery platform is not taken; each platform has words and numbers of its own for it. */
export type RefusalReason = 'SOLD_OUT' | 'CLOSED' | 'TOO_BUSY' | 'OUT_OF_RANGE' | 'NOT_CONFIRMED' | 'OTHER';

/** What a delivery platform is told of one of its orders, beside what is about money. */
export interface PlatformNotice {
  /** Our own number of the notice; the same one names the same notice for ever. */
  noticeId: string;
  orderId: string;
  storeId: string;
  /** The platform's number of the order. */
  externalId: string;
  /** REFUSED: it will not be made. PREPARED: it may be fetched. REFUND_REJECTED: the diner gets no money back. */
  kind: 'REFUSED' | 'PREPARED' | 'REFUND_REJECTED';
  /** Of a refusal. */
  reason: RefusalReason | null;
  /** What a person said about it. */
  text: string | null;
}

/** `refused` is final, since the order has moved on over there. */
export type NoticeResult = { outcome: 'done' } | { outcome: 'refused'; reason: string };

/**
 * A delivery platform. A plug-in provides it under the platform's name, and a PaymentProvider under the same: what the
 * platform promises to pay is a payment (`charge` confirms the order there, `close` and `refund` cancel it, `query` asks
 * how it stands). It brings orders by the internal mutation `takePlatformOrder` and news of them by `followPlatformOrder`.
 */
export interface DeliveryPlatform {
  /** Told again, it answers the same. What throws or takes too long is unknown, and told again. */
  tell(notice: PlatformNotice): Promise<NoticeResult>;
}

/** The port of delivery platforms. */
export const DeliveryPlatform = port<DeliveryPlatform>('DeliveryPlatform');
