import { setTimeout as pause } from 'node:timers/promises';
import type { Counter, Told } from '../counter.ts';
import type { Person } from '../people.ts';
import { key } from '../shop.ts';

/** How often somebody looks again at a payment that is not certain, and how soon, in ms. */
const LOOKS = 90;
const LOOK = 1_000;

/** Pays; a payment that is pending is asked for again, with the same key, until it is certain. */
export async function payUntilSure(counter: Counter, who: Person, orderId: string): Promise<Told> {
  const input = { idempotencyKey: key(), orderId, provider: 'demo' };
  let told: Told = await counter.run(who, 'payOrder', input);
  for (let looks = 0; told.__typename === 'PaymentPending' && looks < LOOKS; looks++) {
    await pause(LOOK);
    told = await counter.run(who, 'payOrder', input);
  }
  return told;
}
