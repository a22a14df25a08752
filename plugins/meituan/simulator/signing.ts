import { createHash } from 'node:crypto';

/** MD5 of the address, a question mark, all but `sig` sorted as `name=value` with `&` between, and the secret. */
export function sign(url: string, params: Record<string, string>, secret: string): string {
  const { sig: _, ...signed } = params;
  const text = Object.entries(signed)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return createHash('md5').update(`${url}?${text}${secret}`, 'utf8').digest('hex');
}

/** As Java's URLEncoder writes a text, which is how Meituan does it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

/** What is encoded once more inside a form. */
const TWICE = ['detail', 'extras', 'food', 'recipient_name', 'recipient_address', 'caution', 'wm_poi_name', 'reason'];

/** A push's body. */
export function formOf(params: Record<string, string>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${encoded(TWICE.includes(name) ? encoded(value) : value)}`)
    .join('&');
}
