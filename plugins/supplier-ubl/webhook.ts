import { readBody } from '../../kernel/body.ts';
import { digest } from '../../kernel/crypto.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import { newId } from '../../kernel/ids.ts';
import { verifyWebhook } from '../../kernel/webhook-signature.ts';
import { readDocument, tellInventory } from './documents.ts';
import { Document, Message } from './entities.ts';
import type { Platform } from './platform.ts';
import { Refusal } from './refusal.ts';

/** How long after it came a document is told of by the job, when the request that brought it did not get so far, in ms. */
const GRACE = 30_000;

const CONTENT_TYPE = /^(application|text)\/xml\s*(;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Answers a document of a supplier: 200 when inventory has taken it in, 202 when it is kept and inventory is told later,
 * else `{ code, message, path }` and a line in the log, and nothing was changed.
 */
export async function answerDocument(platform: Platform, account: string, request: Request): Promise<Response> {
  const { log } = platform.host;
  try {
    const outcome = await take(platform, account, request);
    return Response.json({ outcome }, { status: outcome === 'TAKEN' ? 200 : 202 });
  } catch (error) {
    if (!(error instanceof Refusal)) log.error({ error, account }, 'a document of a supplier could not be taken');
    const { status, code, message, path } =
      error instanceof Refusal ? error : new Refusal(500, 'UNAVAILABLE', 'not now: send it again');
    if (status < 500) log.warn({ account, code, reason: message, path }, 'a document of a supplier was refused');
    return Response.json({ code, message, path }, { status });
  }
}

async function take(platform: Platform, account: string, request: Request): Promise<'TAKEN' | 'KEPT'> {
  const { host, accounts } = platform;
  const known = accounts.get(account);
  if (!known) throw new Refusal(404, 'UNKNOWN_SUPPLIER', 'nobody of this name sends documents here');
  if (!CONTENT_TYPE.test(request.headers.get('content-type') ?? ''))
    throw new Refusal(415, 'NOT_XML', 'expected application/xml in UTF-8');
  const { mostBytes } = host.settings;
  const raw = await readBody(request, mostBytes);
  if (!raw) throw new Refusal(413, 'TOO_LARGE', `more than ${mostBytes} bytes`);
  const message = { header: (name: string) => request.headers.get(name), body: raw };
  const signed = verifyWebhook(message, known.theirs, host.clock.now());
  if (typeof signed === 'string') throw new Refusal(401, signed.toUpperCase(), `the message is ${signed}`);
  const read = readDocument(raw);
  const row = await kept(platform, { ...signed, account, raw, type: read.type, number: read.number });
  return row.state === 'TAKEN' ? 'TAKEN' : tellInventory(platform, row, read);
}

/** What was believed and read. */
interface Arrived {
  account: string;
  id: string;
  at: number;
  raw: Uint8Array;
  type: Document['type'];
  number: string;
}

/** Writes down what came, before anything is done about it. REPLAYED for a message that has come before. */
function kept({ host }: Platform, { account, id, at, raw, type, number }: Arrived): Promise<Document> {
  const now = host.clock.now();
  const text = Buffer.from(raw).toString();
  const own = digest(text);
  const messageId = digest(`${account} ${id}`);
  return host.transact(host.context(), async (tx) => {
    const message = { id: digest(`${account} ${id} ${at}`), messageId, digest: own, at: now };
    // Signed anew it is the same message sent again; word for word it is a copy that somebody else may have made.
    const isAnother = (await tx.em.count(Message, { messageId, digest: { $ne: own } })) > 0;
    if (isAnother || !(await insertNew(tx, Message, message)))
      throw new Refusal(409, 'REPLAYED', 'a message of this id has come before');
    await insertNew(tx, Document, {
      id: newId(),
      account,
      type,
      number,
      digest: own,
      raw: text,
      state: 'KEPT',
      reason: null,
      at: now,
      dueAt: now + GRACE,
    });
    return tx.em.findOneOrFail(Document, { account, digest: own });
  });
}
