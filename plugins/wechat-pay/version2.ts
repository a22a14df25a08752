import { createHmac } from 'node:crypto';

/** A message of version 2: flat, and of texts alone. */
export type Message = Readonly<Record<string, string>>;

/** Signs a message of version 2 by HMAC-SHA256: what is not empty, sorted by name, then the key. */
export function signatureOf(message: Message, key: string): string {
  const parts = Object.entries(message)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return createHmac('sha256', key)
    .update([...parts, `key=${key}`].join('&'))
    .digest('hex')
    .toUpperCase();
}

/** A message as XML. */
export function toXml(message: Message): string {
  const parts = Object.entries(message).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  return `<xml>${parts.join('')}</xml>`;
}

/**
 * Reads a flat message of XML. Nothing but elements with text or CDATA in them is looked at, so that no entity, document
 * type or nesting means anything.
 */
export function fromXml(text: string): Message {
  const element = /<(\w{1,64})>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g;
  return Object.fromEntries(
    [...text.matchAll(element)].map(([, name = '', data, plain = '']) => [name, data ?? unescaped(plain)]),
  );
}

const entities: readonly [string, string][] = [
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
];
const escaped = (text: string) =>
  text.replace(/[<>&]/g, (letter) => entities.find(([, one]) => one === letter)?.[0] ?? '');
const unescaped = (text: string) => entities.reduce((rest, [entity, letter]) => rest.replaceAll(entity, letter), text);
