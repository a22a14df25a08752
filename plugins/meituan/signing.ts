import { createHash, timingSafeEqual } from 'node:crypto';

/** Parameters by name, as they are meant and not as they are encoded. */
export type Params = Readonly<Record<string, string>>;

/**
 * What stands under a call or a push: lower hex MD5 over the whole address, `?`, all parameters but `sig` by name, as
 * they are meant, and the secret.
 */
export function signatureOf(url: string, params: Params, secret: string): string {
  const sorted = Object.keys(params)
    .filter((name) => name !== 'sig')
    .sort()
    .map((name) => `${name}=${params[name]}`);
  return createHash('md5')
    .update(`${url}?${sorted.join('&')}${secret}`)
    .digest('hex');
}

/** Whether the parameters bear the right signature; it takes the same time wherever it is wrong. */
export function isSigned(url: string, params: Params, secret: string): boolean {
  const [given, right] = [Buffer.from(params['sig'] ?? ''), Buffer.from(signatureOf(url, params, secret))];
  return given.length === right.length && timingSafeEqual(given, right);
}

/**
 * What a push may mean: its values are encoded once more inside the form, and encoders differ in whether a plus stands for
 * a space. The signature tells which it is.
 */
export function readingsOf(form: string): Params[] {
  const once = [...new URLSearchParams(form)];
  const reading = (decode: (text: string) => string): Params =>
    Object.fromEntries(once.map(([name, value]) => [name, decode(value)]));
  return [reading((text) => decoded(text.replaceAll('+', ' '))), reading(decoded), reading((text) => text)];
}

/** What is not encoded again stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
