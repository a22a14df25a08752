/** A known bug, and what shows it. */
export interface Mutant {
  readonly name: string;
  /** What is wrong, in a sentence. */
  readonly bug: string;
  /** How it is put back: each pattern must be found in its file exactly once. */
  readonly edits: readonly { file: string; find: RegExp; put: string }[];
  /** The run that must fail by it. */
  readonly run: readonly string[];
  /** What the books must say then: a finding of a check, and not of whoever played. */
  readonly shows: RegExp;
}

const RESERVATIONS = 'subgraphs/inventory/service/reservations.ts';
const IDEMPOTENCY = 'kernel/idempotency.ts';
const DUE = 'kernel/events/due.ts';

/** A crowd before the last portions, and one that also presses twice while things are killed. */
const CROWD = ['last-portions', '--minutes', '10', '--scale', '0.04', '--patience', '15'];
const KILLS = ['kills', '--minutes', '0.5', '--patience', '15'];

/** An event that somebody has never heard of. */
const LOST = /^events: [\w.]+ of .* is in the inbox of \w+ 0 times/;

/** What keeps two orders from looking at one stock at once. */
const unlocked = { file: RESERVATIONS, find: /,\s*lockMode: LockMode\.PESSIMISTIC_WRITE/, put: '' };
const holding = /await change\(\s*tx,\s*'update stock_item set reserved = reserved \+ \?[^']*',\s*\[[^\]]*\],?\s*\);/;

/** The bugs that every change of this product must be safe from. */
export const mutants: readonly Mutant[] = [
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
    name: 'cursor-poller',
    bug: 'the outbox is read by id > last, though transactions do not commit in the order of their ids',
    edits: [
      {
        file: DUE,
        find: /const rows = await em\.execute\(\s*`select \$\{columns\} from outbox_delivery d\s+where consumer = \?/,
        put: `await em.execute('create table if not exists outbox_cursor (consumer varchar(100) primary key, last varchar(255))');
  const cursors = await em.execute<{ last: string }[]>('select last from outbox_cursor where consumer = ?', [consumer]);
  const rows = await em.execute(
    \`select \${columns} from outbox_delivery d
     where event_id > '\${cursors[0]?.last ?? ''}' and consumer = ?`,
      },
      {
        file: DUE,
        find: /return rows as unknown as Delivery\[\];(?=\s*\}\s*\/\*\*\s*\* Takes deliveries)/,
        put: `const taken = rows as unknown as Delivery[];
  if (taken.length > 0)
    await em.execute(
      'insert into outbox_cursor values (?, ?) on duplicate key update last = greatest(last, values(last))',
      [consumer, taken.at(-1)?.eventId],
    );
  return taken;`,
      },
    ],
    run: CROWD,
    shows: LOST,
  },
  {
    name: 'no-inbox',
    bug: 'a handler applies what it is sent without an inbox',
    edits: [
      {
        file: 'kernel/boot.ts',
        find: /if \(await enterInbox\(tx, clock, event\)\) await handle\(tx, event\);/,
        put: 'await handle(tx, event);',
      },
    ],
    run: CROWD,
    shows: LOST,
  },
];
