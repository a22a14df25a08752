import { randomUUID } from 'node:crypto';
import type { Documents } from './documents.ts';
import { MillError, type MillLine, type MillOrder, type World } from './world.ts';
import { despatchAdvice, type Head, invoice, orderResponse, type Part } from './writing.ts';

/** What people at the mill do with an order, by the buyer's number. Each writes a document, and sends it. */
export interface Mill {
  /** Says what will be sent: all of it, or so many packs of some lines. */
  confirm(id: string, packs?: Record<number, number>, note?: string): Promise<void>;
  /** Says only that the order was received. */
  acknowledge(id: string): Promise<void>;
  refuse(id: string, why: string): Promise<void>;
  /** Sends what is left of what was confirmed, or so many packs of some lines, each line in so many lots. */
  ship(id: string, options?: { packs?: Record<number, number>; lots?: number }): Promise<void>;
  /** Bills what was shipped and not billed yet, for so many minor units more by the pack, or so many packs too many. */
  bill(id: string, options?: { dearer?: number; packs?: Record<number, number> }): Promise<void>;
  order(id: string): MillOrder;
}

const DAY = 86_400_000;
/** How long the mill's flour keeps: the lots of one delivery are a month apart, in days. */
const KEEPS = 180;

/** The mill over its books. */
export function mill(world: World, documents: Documents, now: () => number): Mill {
  const order = (id: string) => {
    const found = world.orders.find((one) => one.id === id);
    if (!found) throw new MillError(404, 'UNKNOWN_ORDER', `there is no order ${id}`);
    return found;
  };
  const head = (letters: string): Head => ({ number: `${letters}-${++world.last}`, at: now() });
  // An id of its own for each document, by which a try that is repeated is known.
  const send = (text: string) => documents.send(randomUUID(), text);
  const parts = (lines: MillLine[], packs: Record<number, number>, usual: (line: MillLine) => number): Part[] =>
    lines.map((line) => ({ line, packs: packs[line.line] ?? usual(line) }));
  const some = (all: Part[], what: string) => {
    const found = all.filter((part) => part.packs > 0);
    if (found.length === 0) throw new MillError(409, 'NOTHING', `there is nothing to ${what}`);
    return found;
  };

  return {
    order,
    async confirm(id, packs = {}, note) {
      const found = order(id);
      const told = parts(found.lines, packs, (line) => line.packs);
      for (const part of told) part.line.confirmed = part.packs;
      const isAll = told.every((part) => part.packs === part.line.packs);
      const noted = told.map((part) => ({ ...part, ...(note && part.packs !== part.line.packs && { note }) }));
      await send(orderResponse(head('OR'), found, isAll ? 'AP' : 'CA', noted));
    },
    async acknowledge(id) {
      await send(orderResponse(head('OR'), order(id), 'AB', []));
    },
    async refuse(id, why) {
      const found = order(id);
      for (const line of found.lines) line.confirmed = 0;
      await send(orderResponse(head('OR'), found, 'RE', [], why));
    },
    async ship(id, { packs = {}, lots = 1 } = {}) {
      const found = order(id);
      const left = (line: MillLine) => Math.max(0, (line.confirmed ?? line.packs) - line.shipped);
      const sent = some(parts(found.lines, packs, left), 'ship');
      for (const part of sent) part.line.shipped += part.packs;
      const own = head('DA');
      const shares = sent.flatMap((part) => inLots(part, lots, own));
      await send(despatchAdvice(own, found, shares));
    },
    async bill(id, { dearer = 0, packs = {} } = {}) {
      const found = order(id);
      const billed = some(
        parts(found.lines, packs, (line) => line.shipped - line.billed),
        'bill',
      );
      for (const part of billed) part.line.billed += part.packs;
      const priced = billed.map((part) => ({ ...part, price: part.line.price + dearer }));
      await send(invoice(head('IN'), found, priced));
    },
  };
}

/** Divides what is sent of a line among lots, as evenly as packs allow. */
function inLots({ line, packs }: Part, lots: number, { number, at }: Head): Part[] {
  const count = Math.min(lots, packs);
  return Array.from({ length: count }, (_, index) => ({
    line,
    packs: Math.floor(packs / count) + (index < packs % count ? 1 : 0),
    lot: `${number.replace('DA-', 'L')}${line.line}${'ABCDEFGH'[index % 8]}`,
    bestBefore: new Date(at + (KEEPS + 30 * index) * DAY).toISOString().slice(0, 10),
  }));
}
