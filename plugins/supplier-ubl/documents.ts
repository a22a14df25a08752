import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { CodedError } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/module.ts';
import {
  ReportDespatchDocument,
  ReportInvoiceDocument,
  ReportOrderResponseDocument,
} from '../../schema/types/supplier-ubl-asks-inventory.ts';
import { Document, Message } from './entities.ts';
import type { Platform } from './platform.ts';
import { despatchAdvice, invoice, orderResponse } from './reading-documents.ts';
import { Refusal } from './refusal.ts';
import { type Cursor, cursorAt } from './xml/cursor.ts';
import { readXml } from './xml/reading.ts';
import { validated } from './xml/validating.ts';

/** The name under which inventory reaches these suppliers. */
export const PROVIDER = 'ubl';

/** How long after a try inventory is told again, in milliseconds. */
const AGAIN = 15 * SECOND;
const BATCH = 50;
/** How long messages are remembered; what is older than five minutes is not believed anyway. */
const REMEMBERED = 60 * MINUTE;

/** What a document is, and how inventory is told of it. */
interface Read {
  type: Document['type'];
  number: string;
  tell(platform: Platform, ctx: Context, account: string): Promise<unknown>;
}

/** Reads a document from its bytes. Throws a Refusal with the place that it is for. */
export function readDocument(bytes: Uint8Array): Read {
  const root = readXml(bytes);
  const type = validated(root);
  return { type, ...readers[type](cursorAt(root)) };
}

const readers: Record<Document['type'], (root: Cursor) => Omit<Read, 'type'>> = {
  OrderResponse(root) {
    const told = orderResponse(root);
    const tell: Read['tell'] = ({ host }, ctx, account) =>
      host.ask(ctx, 'inventory', ReportOrderResponseDocument, { input: { ...told, provider: PROVIDER, account } });
    return { number: told.number, tell };
  },
  DespatchAdvice(root) {
    const told = despatchAdvice(root);
    const tell: Read['tell'] = ({ host }, ctx, account) =>
      host.ask(ctx, 'inventory', ReportDespatchDocument, { input: { ...told, provider: PROVIDER, account } });
    return { number: told.number, tell };
  },
  Invoice(root) {
    const told = invoice(root);
    const tell: Read['tell'] = ({ host }, ctx, account) =>
      host.ask(ctx, 'inventory', ReportInvoiceDocument, { input: { ...told, provider: PROVIDER, account } });
    return { number: told.number, tell };
  },
};

/** What inventory refuses for good, and the status that says so. Anything else it answers is not its last word. */
const refusals = new Map([
  ['SUPPLIER_NOT_FOUND', 404],
  ['PURCHASE_ORDER_NOT_FOUND', 404],
  ['PURCHASE_LINE_NOT_FOUND', 422],
  ['PURCHASE_ORDER_STATE', 409],
  ['CURRENCY_MISMATCH', 422],
  ['BAD_INPUT', 422],
  ['IDEMPOTENCY_KEY_REUSED', 409],
]);

/**
 * Tells inventory of a document that is kept, and notes what it has said. `KEPT` is told again. Throws a Refusal when
 * inventory refuses it.
 */
export async function tellInventory(platform: Platform, row: Document, read?: Read): Promise<'TAKEN' | 'KEPT'> {
  const { host } = platform;
  const { id, account, raw } = row;
  const note = (changes: Partial<Document>) =>
    host.transact(host.context(), (tx) => tx.em.nativeUpdate(Document, { id }, changes));
  try {
    await (read ?? readDocument(Buffer.from(raw))).tell(platform, host.context(), account);
    await note({ state: 'TAKEN', reason: null, dueAt: null });
    return 'TAKEN';
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal) {
      await note({ state: 'REFUSED', reason: `${refusal.code}: ${refusal.message}`.slice(0, 500), dueAt: null });
      throw refusal;
    }
    host.log.warn({ error, document: id }, 'inventory could not be told of a document yet');
    await note({ dueAt: host.clock.now() + AGAIN });
    return 'KEPT';
  }
}

function refusalFor(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  const status = error instanceof CodedError ? refusals.get(error.code) : undefined;
  if (!(error instanceof CodedError) || status === undefined) return null;
  const isChanged = error.code === 'IDEMPOTENCY_KEY_REUSED';
  return isChanged
    ? new Refusal(status, 'DOCUMENT_CHANGED', 'a document of this number has said something else')
    : new Refusal(status, error.code, error.message);
}

/** Tells inventory of what it could not be told when it came, and forgets old messages. */
export async function tellAgain(platform: Platform, ctx: Context): Promise<void> {
  const { host } = platform;
  const now = host.clock.now();
  const due = { state: 'KEPT' as const, dueAt: { $lte: now } };
  const waiting = await ctx.em.find(Document, due, { orderBy: { dueAt: 'asc' }, limit: BATCH });
  for (const row of waiting)
    await tellInventory(platform, row).catch(({ code, message }: Refusal) =>
      host.log.warn({ document: row.id, code, reason: message }, 'a document of a supplier was refused'),
    );
  await host.transact(ctx, (tx) => tx.em.nativeDelete(Message, { at: { $lt: now - REMEMBERED } }));
}
