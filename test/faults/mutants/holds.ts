import { CROWD, KILLS, type Mutant } from './mutant.ts';

const RESERVATIONS = 'subgraphs/inventory/service/reservations.ts';
const IDEMPOTENCY = 'kernel/idempotency.ts';

/** Five hundred orders of one coupon and as many corrections of one balance, less those that would only take longer. */
const ONE_OF_EACH = ['one-of-each', '--scale', '0.2', '--patience', '15'];

/** What keeps two orders from looking at one stock at once. */
const unlocked = { file: RESERVATIONS, find: /,\s*lockMode: LockMode\.PESSIMISTIC_WRITE/, put: '' };
const holding = /await change\(\s*tx,\s*'update stock_item set reserved = reserved \+ \?[^']*',\s*\[[^\]]*\],?\s*\);/;

/** What orders hold of what there is only so much of. */
export const mutantsOfHolds: readonly Mutant[] = [
  {
    name: 'read-then-flush',
    bug: 'stock is read, changed and flushed, without a lock or a guard',
    edits: [
      unlocked,
      {
        file: RESERVATIONS,
        find: holding,
        put: `const item = items.find(({ id }) => id === stockItemId);
      if (item) item.reserved += quantity;
      await tx.em.flush();`,
      },
    ],
    run: CROWD,
    shows: /^stock: stock of .*(reserved for orders|oversold)|^events: stock of .* was -?\d+ with/,
  },
  {
    name: 'unguarded-decrement',
    bug: 'stock is taken by a statement that does not look whether there is enough',
    edits: [
      unlocked,
      {
        file: RESERVATIONS,
        find: holding,
        put: `await change(tx, 'update stock_item set reserved = reserved + ? where id = ?', [quantity, stockItemId]);`,
      },
    ],
    run: CROWD,
    shows: /^stock: stock of .*oversold|^events: stock of .* was -?\d+ with/,
  },
  {
    name: 'check-then-insert',
    bug: 'a key of idempotency is looked for before the work, and written after it',
    edits: [
      {
        file: IDEMPOTENCY,
        find: /if \(!\(await insertNew\(tx, IdempotencyKey, row\)\)\)\s*return \{[^}]*\};/,
        put: `const known = await tx.em.findOne(IdempotencyKey, key);
  if (known) return { id: known.outcome, repeated: true };`,
      },
      {
        file: IDEMPOTENCY,
        find: /await tx\.em\.nativeUpdate\(IdempotencyKey, key, \{ outcome: id \}\);/,
        put: 'await tx.em.upsert(IdempotencyKey, { ...row, outcome: id });',
      },
    ],
    run: KILLS,
    shows: /^orders: \d+ orders were placed with one key|^orders: .* nobody was told of it/,
  },
  {
    name: 'coupon-check-then-update',
    bug: 'a coupon is looked at, and locked by a statement that does not look',
    edits: [
      {
        file: 'subgraphs/marketing/service/holds.ts',
        find: /if \(open > 0\)(?=\s*await tx\.em\.nativeUpdate\(\s*Coupon,)/,
        put: `const free = { id: [...couponIds], dinerId, state: 'ISSUED' as const, expiresAt: { $gt: now } };
  const seen = await tx.em.find(Coupon, free, { disableIdentityMap: true });
  if (open > 0)`,
      },
      {
        file: 'subgraphs/marketing/service/holds.ts',
        find: /\{ id: \[\.\.\.couponIds\], dinerId, state: 'ISSUED', expiresAt: \{ \$gt: now \} \},/,
        put: '{ id: seen.map(({ id }) => id) },',
      },
    ],
    run: ONE_OF_EACH,
    shows: /^coupons: coupon .* lowers the price of \d+ orders/,
  },
  {
    name: 'points-read-then-write',
    bug: 'a balance of points is read, changed and written',
    edits: [
      {
        file: 'subgraphs/members/service/ledger.ts',
        find: /const \{ affectedRows \} = await tx\.em\.execute<\{ affectedRows: number \}>\(\s*`update points_account[^`]*`,\s*\[[^\]]*\],\s*'run',\s*\);/,
        put: `const account = await tx.em.findOneOrFail(PointsAccount, dinerId, { disableIdentityMap: true });
  const balance = account.balance + points;
  const earned = account.earned + (kind === 'EARN' ? points : 0);
  const affectedRows = balance < 0 || balance > MAX_BALANCE ? 0 : 1;
  if (affectedRows === 1) await tx.em.nativeUpdate(PointsAccount, dinerId, { balance, earned });`,
      },
    ],
    run: ONE_OF_EACH,
    shows: /^points: points of .*, by its ledger/,
  },
  {
    name: 'hold-forgotten',
    bug: 'an order that is refused for its coupon keeps the stock that it holds',
    edits: [
      {
        file: 'subgraphs/orders/service/take-holds.ts',
        find: /if \(rejection\) \{\s*await release\(host, ctx, orderId\);/,
        put: 'if (rejection) {',
      },
    ],
    run: ONE_OF_EACH,
    shows: /^stock: order .* \(REJECTED\), its stock: expected RELEASED, found HELD/,
  },
  {
    name: 'released-when-sold',
    bug: 'what an order holds is released whatever has become of it',
    edits: [
      {
        file: RESERVATIONS,
        find: /if \(!\((await turn\(host, tx, orderId, 'HELD', 'RELEASED'\))\)\) return;/,
        put: "await turn(host, tx, orderId, 'HELD', 'RELEASED');",
      },
    ],
    run: KILLS,
    shows: /^stock: stock of .*, reserved for orders|^stock: order .* \(CANCELLED\), its stock/,
  },
  {
    name: 'progress-read-then-write',
    bug: 'how far an order has come is read, counted and written, while another station does so too',
    edits: [
      {
        file: 'subgraphs/devices/service/advance-ticket.ts',
        find: /await tx\.em\.execute\(`update kitchen_order set \$\{counter\}[\s\S]*?if \(affectedRows === 0\) return;/,
        put: `const [known = {}] = await tx.em.execute<Record<string, number>[]>(
    'select * from kitchen_order where order_id = ?',
    [orderId],
  );
  const before = known['progress'] ?? 0;
  const count = (known[counter] ?? 0) + 1;
  const reached = progress > before && count >= (move.reachedBy === 'first' ? 1 : (known['tickets'] ?? 0));
  const values = [count, reached ? progress : before, orderId];
  await tx.em.execute(\`update kitchen_order set \${counter} = ?, progress = ? where order_id = ?\`, values, 'run');
  if (!reached) return;`,
      },
    ],
    run: KILLS,
    shows: /^events: version \d+ of .* was told \d+ times by devices/,
  },
];
