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
}

/** `pending` is asked again with the same refundId; `failed` is final and needs a person. */
export type RefundResult = { outcome: 'succeeded' } | { outcome: 'pending' } | { outcome: 'failed'; reason: string };

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
