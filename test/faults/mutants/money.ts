import type { Mutant } from './mutant.ts';

const PAY = 'subgraphs/orders/service/pay-order.ts';
const CANCEL = 'subgraphs/orders/service/cancel-order.ts';
const EXPIRE = 'subgraphs/orders/service/expire-orders.ts';
const SETTLE = 'subgraphs/orders/service/settle-payment.ts';

const BANK = ['strange-bank', '--patience', '5'];

/** What is taken of people, and given back, and how long they have to pay. */
export const mutantsOfMoney: readonly Mutant[] = [
  {
    name: 'charge-under-a-new-key',
    bug: 'a charge whose answer did not come is asked for again as another one',
    edits: [
      {
        file: PAY,
        find: /return callProvider\(host, provider, \(implementation\) => implementation\.charge\(request\)\);/,
        put: `return callProvider(host, provider, (implementation) => implementation.charge(request)).catch(() =>
      callProvider(host, provider, (implementation) => implementation.charge({ ...request, paymentId: newId() })),
    );`,
      },
    ],
    run: BANK,
    shows: /^order .*, what the bank has kept for it: expected 1500, found 3000/,
  },
  {
    name: 'two-payments',
    bug: 'an order is paid while a payment of it is under way',
    edits: [{ file: PAY, find: /if \(present\.paymentId\) throw orderError\('PAYMENT_IN_PROGRESS'\);/, put: '' }],
    run: BANK,
    shows: /^the bank has taken payment .* \(PAID\), which should be closed/,
  },
  {
    name: 'settled-twice',
    bug: 'a payment that has paid its order is taken for late money when it is heard of again',
    edits: [
      {
        file: SETTLE,
        find: /if \(\((await tx\.em\.nativeUpdate\(Payment, )open(, \{ state: 'SUCCEEDED', reference, paidAt: now \}\))\) !== 1\) return null;/,
        put: "await tx.em.nativeUpdate(Payment, { id: open.id }, { state: 'SUCCEEDED', reference, paidAt: now });",
      },
    ],
    run: BANK,
    shows: /^order .* \(PAID\), payments that it keeps: expected 1, found 0/,
  },
  {
    name: 'late-money-kept',
    bug: 'money that arrives for an order that came to nothing is kept',
    edits: [
      {
        file: SETTLE,
        find: /const refundId = await beginRefund\(host, tx, payment\);(\s*await change\(host, tx, order, \{\}\);\s*)return refundId;/,
        put: `await change(host, tx, order, {});
  return null;`,
      },
    ],
    run: BANK,
    shows: /^order .*, what the bank has kept for it: expected 0, found 1500/,
  },
  {
    name: 'refund-without-a-key',
    bug: 'a refund whose answer did not come is asked for again as another one',
    edits: [
      {
        file: 'subgraphs/orders/service/refund-payment.ts',
        find: /refundId: refund\.id,/,
        put: 'refundId: crypto.randomUUID(),',
      },
    ],
    run: BANK,
    shows: /^the bank has given payment .* back \d+ times/,
  },
  {
    name: 'cancelled-while-paying',
    bug: 'an order is cancelled, and its payment is left open at the provider',
    edits: [
      { file: CANCEL, find: /await closeOpenPayment\(host, ctx, order\);/, put: '' },
      {
        file: CANCEL,
        find: /if \(order\.state === 'AWAITING_PAYMENT' && order\.paymentId\) throw orderError\('PAYMENT_IN_PROGRESS'\);/,
        put: '',
      },
      {
        file: CANCEL,
        find: /const refundId = order\.paymentId \?/,
        put: "const refundId = order.paymentId && order.state !== 'AWAITING_PAYMENT' ?",
      },
    ],
    run: BANK,
    shows: /^the bank has taken payment .* \(CANCELLED\), which should be closed/,
  },
  {
    name: 'expired-while-paying',
    bug: 'an order that was not paid in time is let go of while somebody pays it',
    edits: [
      {
        file: EXPIRE,
        find: /if \(order\.state !== 'AWAITING_PAYMENT' \|\| order\.paymentId\)/,
        put: "if (order.state !== 'AWAITING_PAYMENT')",
      },
      {
        file: EXPIRE,
        find: /of await overdue\(host, ctx, null\)\)/,
        put: 'of [...(await overdue(host, ctx, null)), ...(await overdue(host, ctx, { $ne: null }))])',
      },
    ],
    run: BANK,
    shows: /^the bank has taken payment .* \(EXPIRED\), which should be closed/,
  },
  {
    name: 'due-by-the-machine',
    bug: "how long an order waits for its payment is counted by the machine's time and not by the clock",
    edits: [
      {
        file: 'subgraphs/orders/service/take-holds.ts',
        find: /now \+ host(?=\.settings\.holdMinutes)/,
        put: 'Date.now() + host',
      },
    ],
    run: BANK,
    shows: /^order .* is EXPIRED, and its client was told last that it was paid/,
  },
];
