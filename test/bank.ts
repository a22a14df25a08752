import { defineModule, type Host, type Module, type Transaction } from '../kernel/module.ts';
import { offer, provide } from '../kernel/ports.ts';
import { type CloseResult, PaymentProvider, type QueryResult, type RefundResult } from '../subgraphs/orders/ports.ts';

/** A payment provider outside the product, which answers what a test wants: `payOrder(provider: "bank")`. */
export interface Bank {
  readonly module: Module;
  /** What it answers to each call; a test may put in others. */
  answers: {
    charge(): Promise<Exclude<QueryResult, { outcome: 'none' | 'closed' }>>;
    query(): Promise<QueryResult>;
    close(): Promise<CloseResult>;
    refund(): Promise<RefundResult>;
  };
  /** The calls that were made, such as `charge 5600`. */
  readonly calls: string[];
  /** Says by itself that something has become of a payment. */
  reportPayment(paymentId: string): Promise<void>;
  /** The same of a refund. */
  reportRefund(refundId: string): Promise<void>;
}

/** A bank that takes and gives back all that it is asked to. */
export function bank(): Bank {
  let host: Host;
  const calls: string[] = [];
  const answers: Bank['answers'] = {
    charge: async () => ({ outcome: 'succeeded', reference: 'bank-1' }),
    query: async () => ({ outcome: 'none' }),
    close: async () => ({ outcome: 'closed' }),
    refund: async () => ({ outcome: 'succeeded' }),
  };
  const made = <T>(call: string, answer: () => Promise<T>): Promise<T> => {
    calls.push(call);
    return answer();
  };
  const provider: PaymentProvider = {
    requiresStaff: async () => false,
    charge: ({ amount }) => made(`charge ${amount}`, answers.charge),
    query: () => made('query', answers.query),
    close: () => made('close', answers.close),
    refund: ({ amount }) => made(`refund ${amount}`, answers.refund),
  };
  const module = defineModule({
    name: 'bank',
    emits: ['payment.reported', 'refund.reported'],
    provides: [offer(PaymentProvider, 'bank')],
    setup(opened) {
      host = opened;
      return { provides: [provide(PaymentProvider, 'bank', provider)] };
    },
  });
  const saying = (say: (tx: Transaction) => Promise<void>) => host.transact(host.context(), say);
  const about = (aggregate: string) => ({ aggregate, version: 1 });
  return {
    module,
    answers,
    calls,
    reportPayment: (paymentId) => saying((tx) => host.emit(tx, 'payment.reported', about(paymentId), { paymentId })),
    reportRefund: (refundId) => saying((tx) => host.emit(tx, 'refund.reported', about(refundId), { refundId })),
  };
}
