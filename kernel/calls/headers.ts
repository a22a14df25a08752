/** What belongs to one connection and not to the message (RFC 9110, 7.6.1), and what the next hop sets by itself. */
const OF_A_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Headers that processes of the product send each other; nobody else's are believed. */
const OURS = 'x-dinegraph-';
/** Where in a trace a call was made: W3C's name. Between our processes it is ours; a client's own goes no further. */
export const TRACE_HEADER = 'traceparent';

/** The headers of a message that are for its last receiver: without those of one connection, and without our own. */
export function endToEnd(headers: Iterable<readonly [name: string, value: string]>): [string, string][] {
  const all = [...headers].map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const named = all
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.split(',').map((word) => word.trim().toLowerCase()));
  return all.filter(
    ([name]) => !OF_A_HOP.has(name) && !named.includes(name) && !name.startsWith(OURS) && name !== TRACE_HEADER,
  );
}

/** A request's path with its query, as it stands in the request. */
export function targetOf({ url }: Request): string {
  const begin = url.indexOf('/', url.indexOf('://') + 3);
  return begin < 0 ? '/' : url.slice(begin);
}
