import { Agent, request } from 'undici';
import { readAnswer } from '../../kernel/body.ts';
import { SECOND } from '../../kernel/clock.ts';
import { webhookHeaders } from '../../kernel/webhook-signature.ts';
import type { SendResult, Supplier, SupplierOrder } from '../../subgraphs/inventory/ports.ts';
import { orderDocument } from './order-document.ts';
import type { Platform } from './platform.ts';

/** What is read of an answer at most, in bytes. */
const MOST_ANSWER = 20_000;

/** Suppliers that speak UBL, as inventory sees them. */
export interface UblSupplier extends Supplier {
  close(): Promise<void>;
}

/**
 * Posts Orders to suppliers. 2xx has taken it; 400 and 422 have refused it for good; whatever else comes, or nothing, says
 * nothing about it, and inventory sends it again: the same bytes but for the moment of the signature, under the same id.
 */
export function ublSupplier({ host, accounts }: Platform): UblSupplier {
  const { settings, clock, log } = host;
  const limit = settings.timeoutSeconds * SECOND;
  const agent = new Agent({ connect: { timeout: limit }, headersTimeout: limit, bodyTimeout: limit });

  async function send(order: SupplierOrder): Promise<SendResult> {
    const { account, orderId } = order;
    const known = accounts.get(account);
    if (!known) throw new Error(`no supplier has the account ${account}`);
    const body = orderDocument(order, settings.buyer);
    const at = Math.floor(clock.now() / SECOND);
    const { statusCode: status, body: stream } = await request(known.endpoint, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/xml; charset=utf-8',
        accept: 'application/json',
        'user-agent': 'DineGraph',
        ...webhookHeaders({ id: orderId, at, body }, known.ours),
      },
      body,
      signal: AbortSignal.timeout(limit),
    });
    const answer = jsonIn((await readAnswer(stream, MOST_ANSWER)).toString());
    if (status >= 200 && status < 300)
      return { outcome: 'taken', ...(answer.reference && { reference: answer.reference }) };
    log.warn(
      { account, orderId, status, code: answer.code, alarm: status === 401 },
      'a supplier has not taken an order',
    );
    if (status === 400 || status === 422) return { outcome: 'refused', reason: answer.message ?? `answered ${status}` };
    throw new Error(`${account} answered ${status}`);
  }

  return { knows: async (account) => accounts.has(account), send, close: () => agent.close() };
}

/** What an answer may say in JSON; whatever else it is says nothing. */
function jsonIn(text: string): { reference?: string; code?: string; message?: string } {
  try {
    const told = Object.entries(JSON.parse(text) as object);
    return Object.fromEntries(told.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
  } catch {
    return {};
  }
}
