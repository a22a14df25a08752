import { CROWD, KILLS, LOST, type Mutant } from './mutant.ts';

const DUE = 'kernel/events/due.ts';

/** What one module tells another. */
export const mutantsOfEvents: readonly Mutant[] = [
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
        find: /const isNew = await enterInbox\(tx, clock, event\);/,
        put: 'const isNew = true;',
      },
    ],
    run: CROWD,
    shows: LOST,
  },
  {
    name: 'confirmed-by-the-broker',
    bug: 'an event counts as delivered as soon as the broker has it',
    edits: [
      {
        file: 'kernel/events/rabbit.ts',
        find: /await send\(session\.channel, queueOf\(namespace, consumer\), content, options\);/,
        put: 'await send(session.channel, queueOf(namespace, consumer), content, options).then(() => settle(key));',
      },
    ],
    run: KILLS,
    shows: LOST,
  },
  {
    name: 'answered-too-early',
    bug: 'a consumer says that it has applied an event before it has committed',
    edits: [
      {
        file: 'kernel/events/rabbit-consumer.ts',
        find: /const reply = await outcome\(applied\(event, signer, taking\)\);/,
        put: `void outcome(applied(event, signer, taking));
  const reply = (await Promise.resolve({ outcome: 'applied' })) as Reply;`,
      },
    ],
    run: KILLS,
    shows: /^events: \w+ has applied .* after |^events: [\w.]+ of .* is in the inbox of \w+ 0 times/,
  },
  {
    name: 'side-by-side',
    bug: 'the events of one order are delivered side by side',
    edits: [
      {
        file: DUE,
        find: /\s+and not exists \(select 1 from outbox_delivery e [\s\S]*?event_id < d\.event_id\)\)\)/,
        put: '',
      },
    ],
    run: KILLS,
    shows: /^events: \w+ has applied .* after /,
  },
  {
    name: 'head-of-line',
    bug: 'an event that cannot be applied holds up the events of all other orders',
    edits: [{ file: DUE, find: /where e\.aggregate = d\.aggregate and e\.consumer/, put: 'where e.consumer' }],
    run: ['last-portions', '--minutes', '10', '--scale', '0.02', '--patience', '15'],
    shows: /^event \S+ for \w+ waits behind those of others/,
  },
  {
    name: 'published-before-the-commit',
    bug: 'an event is sent to its consumers from within the transaction that makes it true',
    edits: [
      {
        file: 'kernel/events/outbox.ts',
        find: /return consumers;(?=\s*\}\s*\/\*\* Begins to deliver)/,
        put: `const event = { id, name, ...subject, at: now, payload } as unknown as EventEnvelope;
    for (const consumer of consumers)
      outsideTransaction(() => void this.#options.bus.deliver(consumer, event).catch(() => {}));
    return consumers;`,
      },
      {
        file: 'kernel/events/outbox.ts',
        find: /(?=import \{ newId \} from)/,
        put: "import { outsideTransaction } from '../database/transaction-guard.ts';\n",
      },
    ],
    run: KILLS,
    shows: /^events: (event .* was applied by \w+, and nobody has emitted it|\w+ has applied .* after )/,
  },
  {
    name: 'noted-before-applied',
    bug: 'an event is noted in the inbox by a transaction of its own, before it is applied',
    edits: [
      {
        file: 'kernel/boot.ts',
        find: /const isNew = await enterInbox\(tx, clock, event\);/,
        put: 'const isNew = fresh;',
      },
      {
        file: 'kernel/boot.ts',
        find: /(?=const applied = consumer\.host\.transact\()/,
        put: `const noting = consumer.host.transact(consumer.host.context(), (tx) => enterInbox(tx, clock, event));
  const fresh = await noting.catch((error) => {
    throw refusal(error);
  });
  `,
      },
    ],
    run: ['crash-points', '--points', 'before devices applies order.paid', '--minutes', '2', '--patience', '10'],
    shows: /^kitchen: order .* was accepted and is on no kitchen screen/,
  },
];
