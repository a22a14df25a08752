import type { App } from './app.ts';
import type { Told } from './counter.ts';
import type { Person } from './people.ts';
import { key } from './shop.ts';

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
