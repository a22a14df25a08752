import { defineModule, type Module } from '../../../kernel/module.ts';
import { offer, provide } from '../../../kernel/ports.ts';
import { type ChargeResult, PaymentProvider } from '../../../subgraphs/orders/ports.ts';

/** What the bank has on its own books for a payment, in minor units. */
export interface Account {
  orderId: string;
  manner: string;
  /** What is to be paid; it counts once it was taken. */
  amount: number;
  state: 'open' | 'taken' | 'closed';
  /** What it gave back, by the number that it was asked under. */
  given: Map<string, number>;
}

/** A payment provider outside of the product that does not do what one would like. */
export interface StrangeBank {
  readonly module: Module;
  /** Its own books, by the payment's id. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** Resolves when so many charges wait for their answers. */
  waiting(count: number): Promise<void>;
  /** Answers all charges that wait. */
  answer(): void;
}

/**
 * How it takes money, by what the payer shows: `slow` takes it at once and answers later; `late` takes it when it
 * answers, whatever it has said to anybody meanwhile; `delayed` has not even heard of it until then, and takes it unless
 * it was closed; `silent` takes it and never answers; `open` takes it when somebody asks how it stands, unless it was
 * closed; anything else takes it and answers.
 */
export type Manner = 'slow' | 'late' | 'delayed' | 'silent' | 'open' | 'prompt';

/**
 * Opens the bank. It keeps to the ids that it is given and to nothing else: a refund under a new number is another
 * refund, however much was given back before. The first answer to each refund is lost.
 */
export function strangeBank(): StrangeBank {
  const accounts = new Map<string, Account>();
  const held: (() => void)[] = [];
  const asked = new EventTarget();
  const succeeded = (paymentId: string) => ({ outcome: 'succeeded' as const, reference: `bank-${paymentId}` });
  const declined = { outcome: 'declined' as const, reason: 'It was closed.' };
  const take = (account: Account) => {
    account.state = 'taken';
  };
  /** Charges of which it has not heard yet. */
  const isUnheard = ({ manner, state }: Account) => ['late', 'delayed'].includes(manner) && state === 'open';

  const provider: PaymentProvider = {
    requiresStaff: async () => false,
    async charge({ paymentId, orderId, amount, instrument }) {
      const manner = instrument ?? 'prompt';
      const fresh: Account = { orderId, manner, amount, state: 'open', given: new Map() };
      const account = accounts.get(paymentId) ?? fresh;
      accounts.set(paymentId, account);
      if (manner === 'open') return { outcome: 'pending' };
      if (!isUnheard(account)) take(account);
      if (manner === 'silent') throw new Error('no route to the bank');
      if (!['slow', 'late', 'delayed'].includes(manner)) return succeeded(paymentId);
      const { promise, resolve } = Promise.withResolvers<ChargeResult>();
      held.push(() => {
        if (manner === 'delayed' && account.state === 'closed') return resolve(declined);
        take(account);
        resolve(succeeded(paymentId));
      });
      asked.dispatchEvent(new Event('asked'));
      return promise;
    },
    async query(paymentId) {
      const account = accounts.get(paymentId);
      if (!account || isUnheard(account)) return { outcome: 'none' };
      if (account.state === 'open') take(account);
      return account.state === 'taken' ? succeeded(paymentId) : { outcome: 'closed' };
    },
    async close(paymentId) {
      const account = accounts.get(paymentId);
      if (account?.state === 'taken') return succeeded(paymentId);
      if (account) account.state = 'closed';
      return { outcome: 'closed' };
    },
    async refund({ refundId, paymentId, amount }) {
      const account = accounts.get(paymentId);
      if (account?.state !== 'taken') return { outcome: 'failed', reason: 'Nothing was taken.' };
      if (account.given.has(refundId)) return { outcome: 'succeeded' };
      account.given.set(refundId, amount);
      throw new Error('the connection to the bank was lost');
    },
  };
  return {
    module: defineModule({
      name: 'bank',
      provides: [offer(PaymentProvider, 'bank')],
      setup: () => ({ provides: [provide(PaymentProvider, 'bank', provider)] }),
    }),
    accounts,
    async waiting(count) {
      while (held.length < count)
        await new Promise((resolve) => asked.addEventListener('asked', resolve, { once: true }));
    },
    answer() {
      for (const release of held.splice(0)) release();
    },
  };
}
