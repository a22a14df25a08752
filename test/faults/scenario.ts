import type { Servers } from '../../cli/servers.ts';
import type { Random } from '../random.ts';
import type { Server } from '../servers/server.ts';
import type { Fleet, Plan } from '../split/fleet.ts';

/** One way to harm the product while people use it. What it leaves behind is checked by others: see `check/`. */
export interface Scenario {
  /** What it is chosen by on the command line. */
  readonly name: string;
  /** What is done, in a sentence. */
  readonly title: string;
  /** Answers what people were told, once nothing is harmed any more. Throws when it could not be played. */
  run(world: FaultWorld): Promise<Played>;
}

/** What a scenario stands on. The products that it starts run on until their books are checked. */
export interface FaultWorld {
  /** Private copies that may be killed and started again; all are up when a scenario begins, and must be when it ends. */
  readonly servers: Readonly<Record<'mariadb' | 'rabbitmq' | 'redis', Server>>;
  readonly random: Random;
  /** How long a scenario that has no end of its own goes on. */
  readonly minutes: number;
  /** How long a product may take to come to rest afterwards, in seconds. */
  readonly patience: number;
  /** Of the points at which processes may die, those that have this in their names, instead of some by chance. */
  readonly points: string | undefined;
  /** By what the numbers of a scenario are multiplied: 1 is what is asked for, less shows a bug sooner. */
  readonly scale: number;
  /** Prints a line. */
  say(line: string): void;
  /** These servers with names of a new product's own, for processes that `startFleet` does not start. */
  newProduct(): Servers;
  /** Starts the product as many processes, under the names of a new product or these, and watches its events. */
  startFleet(plan: Omit<Plan, 'servers'>, servers?: Servers): Promise<Fleet>;
  /**
   * Writes down every event that the product emits and applies from now on; without it the events are not checked. Its
   * tables must be there. `startFleet` does so by itself.
   */
  watchEvents(servers: Servers): Promise<void>;
  /** Ends something once the books are checked, last first. */
  defer(end: () => Promise<unknown>): void;
}

/** What people were told by a product, for the checks to hold its databases against. */
export interface Played {
  /** Whose databases they are: `Fleet.namespace`. None when the scenario has checked its books by itself. */
  readonly namespace?: string;
  /** Every order whose id a client was told. */
  readonly orders: readonly PlayedOrder[];
  /** Every `placeOrder` that was refused for good: its key may have left no order that counts. */
  readonly refused: readonly Refusal[];
  /** Every `placeOrder` that was given up without an answer: its key may have left an order, or none. */
  readonly unanswered?: readonly Omit<Refusal, 'answer'>[];
  /** How much of each stock item there was before the first order; items that are not named are not checked. */
  readonly stock: readonly { stockItemId: string; name: string; onHand: number }[];
  /** What the scenario itself found wrong, in sentences: it counts like what the checks find. */
  readonly findings?: readonly string[];
  /** Lines for the end of the report, such as a table of figures. */
  readonly report?: readonly string[];
}

/** An order that was acknowledged, and the last that was acknowledged of it. */
export interface PlayedOrder {
  readonly orderId: string;
  /** Null for a guest whose order a waiter took. */
  readonly dinerId: string | null;
  /** In minor units, as the client was told. */
  readonly total: number;
  readonly lines: readonly { menuItemId: string; quantity: number }[];
  /**
   * What its client knows: `placed` and no more was asked for; `paid`, `cancelled` or `served` was acknowledged;
   * `asked` is that something was asked for and no answer ever came, so whatever became of it will do.
   */
  readonly known: 'placed' | 'asked' | 'paid' | 'cancelled' | 'served';
  /** The coupons that its price came from. */
  readonly couponIds?: readonly string[];
}

/** An order that was asked for and refused. */
export interface Refusal {
  /** Whose key: `diner:ID` or `staff:ID`. */
  readonly caller: string;
  readonly idempotencyKey: string;
  /** What was answered, such as OutOfStock. */
  readonly answer: string;
}
