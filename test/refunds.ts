import { modules } from '../cli/modules.ts';
import { SECOND } from '../kernel/clock.ts';
import { type App, startApp, testClock } from './app.ts';
import { bank } from './bank.ts';
import { counterOf, openRestaurant, type Told } from './counter.ts';
import type { Person } from './people.ts';
import { key } from './shop.ts';
import { startWechat } from './wechat-pay.ts';

/** Opens a restaurant whose bank and WeChat Pay stand beside it, by one clock. */
export async function openTill() {
  const clock = testClock();
  const acquirer = bank();
  const usual = { ...acquirer.answers };
  await using opening = new AsyncDisposableStack();
  const wechat = opening.use(await startWechat(clock));
  const environment = { ...(await wechat.environment()), MEMBERS_ACCESS_MINUTES: '120' };
  const app = opening.use(await startApp({ modules: [...modules, acquirer.module], clock, environment }));
  wechat.callbacksTo(app);
  const restaurant = await openRestaurant(app);
  const open = opening.move();
  return {
    ...{ clock, acquirer, wechat, app, restaurant, counter: counterOf(app, restaurant) },
    /** The bank does as it is asked again, and its calls are forgotten. */
    calm() {
      Object.assign(acquirer.answers, usual);
      acquirer.calls.length = 0;
    },
    /** What is not certain is asked about. */
    async recover(): Promise<void> {
      clock.advance(20 * SECOND);
      await app.runJob('orders.recover');
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** What has become of an order when a part of it was to be given back, or the error's code. */
export async function refundLines(app: App, who: Person, input: object): Promise<Told> {
  const text = `mutation ($input: RefundLinesInput!) {
    refundLines(input: $input) { id state payments { state refunded } } }`;
  const { data, errors } = await app.graph(text, { input: { idempotencyKey: key(), ...input } }, who.token);
  return errors?.[0]?.extensions.code ?? data.refundLines;
}

/** An order's lines. */
export async function linesOf(app: App, who: Person, id: string): Promise<Told[]> {
  const read = 'query ($id: ID!) { order(id: $id) { lines { id name quantity total } } }';
  return (await app.ask(read, { id }, who.token)).order.lines;
}

/** The refunds of an order's payments. */
export async function refundsOf(app: App, who: Person, id: string): Promise<Told[]> {
  const read = `query ($id: ID!) { order(id: $id) { payments {
    refunds { id amount state reason trouble lines { lineId quantity } } } } }`;
  return (await app.ask(read, { id }, who.token)).order.payments.flatMap(({ refunds }: Told) => refunds);
}
