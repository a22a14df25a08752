import { clearInterval, setInterval } from 'k6/timers';
import { follow } from './follow.ts';
import { type Graph, pause } from './graph.ts';
import { say } from './lines.ts';
import { ADVANCE, KITCHEN, SIGN_IN_STAFF } from './operations.ts';
import type { LunchPlan } from './plan.ts';

/** A ticket as the kitchen's screen shows it. */
interface Ticket {
  id: string;
  state: string;
  order: { id: string };
}

/** How long a dish is on the fire, and on the counter, in milliseconds. */
const COOKING = 1_000;
/** How long nothing may come after the last arrival before the kitchen closes, in milliseconds. */
const QUIET = 10_000;
/** How long before a socket that was lost is opened anew, and how often the cook looks up, in milliseconds. */
const AGAIN = 1_000;
/** The cook signs in anew so often, well before a session ends, in milliseconds. */
const SESSION = 8 * 60_000;

/** A cook who brings every ticket that is shown to its table, until lunch is over and the screen stays empty. */
export async function kitchen({ url, storeId, cook, seconds }: LunchPlan, graph: Graph): Promise<void> {
  const begun = new Set<string>();
  const closing = Date.now() + seconds * 1_000;
  let working = 0;
  let heard = Date.now();
  let token = '';
  let over = false;
  let stop = () => {};
  const tell = ({ message }: Error) => say({ kind: 'failed', message: `kitchen: ${message}` });

  const signIn = async () => {
    const input = { name: cook.name, pin: cook.pin };
    const { data } = await graph.insist('sign in of the cook', SIGN_IN_STAFF, { input });
    token = data.signInStaff.accessToken;
  };
  const watch = () => {
    stop = follow<{ kitchenChanged: { tickets: Ticket[] } }>({
      url,
      token,
      query: KITCHEN,
      variables: { storeId },
      onData({ kitchenChanged: { tickets } }) {
        heard = Date.now();
        for (const ticket of tickets.filter(({ id, state }) => state === 'QUEUED' && !begun.has(id))) void work(ticket);
      },
      async onEnd(reason) {
        if (over) return;
        tell(new Error(reason));
        await pause(AGAIN);
        await signIn().catch(tell);
        watch();
      },
    });
  };
  const work = async ({ id, order }: Ticket) => {
    begun.add(id);
    working += 1;
    const shownAt = Date.now();
    const advances: number[] = [];
    try {
      for (const to of ['STARTED', 'READY', 'SERVED']) {
        if (to !== 'STARTED') await pause(COOKING);
        advances.push(await advance(id, to));
      }
      say({ kind: 'served', orderId: order.id, shownAt, servedAt: Date.now(), advances });
    } catch (error) {
      tell(error as Error);
    } finally {
      working -= 1;
      heard = Date.now();
    }
  };
  /** Moves a ticket on; a repeat with the same key moves nothing. */
  const advance = async (ticketId: string, to: string): Promise<number> => {
    const input = { idempotencyKey: crypto.randomUUID(), ticketId, to };
    return (await graph.insist('advance', ADVANCE, { input }, token)).took;
  };

  await signIn();
  watch();
  const signingIn = setInterval(() => void signIn().catch(tell), SESSION);
  while (Date.now() < closing || working > 0 || Date.now() - heard < QUIET) await pause(AGAIN);
  over = true;
  clearInterval(signingIn);
  stop();
}
