import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Servers } from '../../cli/servers.ts';

/** The database of a product's namespace that what is watched is written into, as the name of a module. */
export const WATCH = 'watch';

/** What is kept: `seq` is the order in which the rows were written. */
const TABLES = [
  `emitted (seq bigint auto_increment primary key, module varchar(100) not null, id varchar(255) not null,
    name varchar(255) not null, aggregate varchar(255) not null, version int not null, payload longtext not null)`,
  `applied (seq bigint auto_increment primary key, module varchar(100) not null, event_id varchar(255) not null)`,
  `given_up (seq bigint auto_increment primary key, module varchar(100) not null, event_id varchar(255) not null,
    consumer varchar(255) not null, error text null)`,
  `impossible (seq bigint auto_increment primary key, what varchar(500) not null)`,
];

/** How many of all transactions that emit, apply or keep a key are late, and how late, in seconds: so that others overtake them. */
const STRAGGLERS = 0.1;
const LATE = 0.3;
/** How long whoever takes a coupon keeps it from being seen, in seconds: others who only look find it free meanwhile. */
const UNSEEN = 2;
const STRAGGLE = `if rand() < ${STRAGGLERS} then do sleep(${LATE}); end if;`;

/**
 * Has the database itself write down each event that is emitted, applied or given up, and each moment at which a stock or
 * a balance is what it may never be. It does so in the transaction concerned, so what is undone is not written down.
 * It also holds up some transactions. Of those that emit, an outbox that went by the order of ids would lose the events;
 * those that apply an event are overtaken by whatever does not wait for them, and die with their process if it was said
 * too early that they were done; and so do those that were asked for with a key, which is written last.
 */
export async function watch({ storage, namespace }: Servers): Promise<void> {
  if (storage.kind !== 'mysql') throw new Error('only a product on MySQL can be watched');
  const connection = await createConnection({ uri: storage.url });
  try {
    const [databases] = await connection.query<RowDataPacket[]>(
      `select table_schema as name from information_schema.tables
       where table_name = 'outbox_event' and left(table_schema, ?) = ?`,
      [namespace.length + 1, `${namespace}_`],
    );
    const into = `\`${namespace}_${WATCH}\``;
    await connection.query(`create database if not exists ${into}`);
    for (const table of TABLES) await connection.query(`create table if not exists ${into}.${table}`);
    for (const { name } of databases as { name: string }[]) {
      const module = name.slice(namespace.length + 1).replaceAll('_', '-');
      for (const [trigger, rest] of Object.entries(triggersOf(module, into)))
        await connection.query(`create or replace trigger \`${name}\`.${trigger} ${rest}`);
    }
  } finally {
    await connection.end();
  }
}

function triggersOf(module: string, into: string): Record<string, string> {
  const impossible = (condition: string, what: string) =>
    `for each row if ${condition} then insert into ${into}.impossible (what) values (${what}); end if`;
  return {
    watch_emitted: `after insert on outbox_event for each row begin
      insert into ${into}.emitted (module, id, name, aggregate, version, payload)
      values ('${module}', new.id, new.name, new.aggregate, new.version, new.payload);
      ${STRAGGLE}
    end`,
    watch_applied: `after insert on inbox_event for each row begin
      ${STRAGGLE}
      insert into ${into}.applied (module, event_id) values ('${module}', new.event_id);
    end`,
    watch_keys: `after update on idempotency_key for each row begin ${STRAGGLE} end`,
    watch_given_up: `after update on outbox_delivery for each row
      if new.state = 'DEAD' and old.state <> 'DEAD' then
        insert into ${into}.given_up (module, event_id, consumer, error)
        values ('${module}', new.event_id, new.consumer, new.error);
      end if`,
    ...(module === 'inventory' && {
      watch_stock: `after update on stock_item ${impossible(
        'new.on_hand < 0 or new.reserved < 0 or new.reserved > new.on_hand',
        "concat('stock of ', new.name, ' was ', new.on_hand, ' with ', new.reserved, ' reserved')",
      )}`,
    }),
    ...(module === 'marketing' && {
      watch_coupons: `after update on coupon for each row
        if new.state = 'LOCKED' and old.state = 'ISSUED' then do sleep(${UNSEEN}); end if`,
    }),
    ...(module === 'members' && {
      watch_points: `after update on points_account ${impossible(
        "new.balance < 0 and new.id <> 'programme'",
        "concat('points of ', new.id, ' were ', new.balance)",
      )}`,
    }),
  };
}
