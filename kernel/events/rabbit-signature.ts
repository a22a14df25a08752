import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CallKey, CallKeys } from '../calls/keys.ts';

/** Bears a message's signature among its headers: `KEY.MAC`. It names no time: an event may wait for days. */
const HEADER = 'x-dinegraph-signature';

const SHAPE = /^([\w-]{1,20})\.([\w-]{43})$/;

/** What a message is, and for whom: so that none can be passed off as another. */
export type Purpose = readonly ['event', consumer: string] | readonly ['reply', correlationId: string];

/** The headers of a message that is signed. */
export function signed(key: CallKey, purpose: Purpose, content: Buffer): Record<string, string> {
  return { [HEADER]: `${key.id}.${macOf(key, purpose, content)}` };
}

/** The key that a message was signed with; undefined when it is none of ours, or not of this message. */
export function signerOf(
  keys: CallKeys,
  purpose: Purpose,
  {
    content,
    properties: { headers },
  }: { content: Buffer; properties: { headers?: Record<string, unknown> | undefined } },
): CallKey | undefined {
  const [, id = '', mac = ''] = SHAPE.exec(String(headers?.[HEADER])) ?? [];
  const key = keys.find(id);
  // As text: its last letter has bits that would be lost, and altered unseen.
  return key && timingSafeEqual(Buffer.from(macOf(key, purpose, content)), Buffer.from(mac)) ? key : undefined;
}

/** A consumer's name holds no line break, and what follows it is the last, so what is joined is read in one way alone. */
function macOf({ id, secret }: CallKey, purpose: Purpose, content: Buffer): string {
  return createHmac('sha256', secret)
    .update(`${['dinegraph-message-1', id, ...purpose].join('\n')}\n`)
    .update(content)
    .digest('base64url');
}
