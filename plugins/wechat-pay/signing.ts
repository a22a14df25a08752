import { constants, createDecipheriv, type KeyObject, publicEncrypt, randomBytes, sign, verify } from 'node:crypto';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { Credentials, MerchantKey } from './keys.ts';

/** The one scheme of version 3. */
export const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
/** How far a message's moment may be from now, in milliseconds. */
export const TOLERANCE = 5 * MINUTE;
/** What WeChat Pay sends from time to time to see whether signatures are looked at at all. */
const PROBE = 'WECHATPAY/SIGNTEST/';

/** A text of which nobody has seen the like: 32 characters. */
export const nonce = (): string => randomBytes(16).toString('hex');

/** Signs a text with a merchant's key: base64. */
export function signature(text: string, { key }: MerchantKey): string {
  return sign('sha256', Buffer.from(text), key).toString('base64');
}

/** What is signed of a request or an answer: its parts, each with a line's end. */
export function message(...parts: readonly string[]): string {
  return parts.map((part) => `${part}\n`).join('');
}

/** A request as it is sent, byte for byte. */
export interface Signed {
  method: 'GET' | 'POST';
  /** The path with its query. */
  path: string;
  body: string;
}

/** The header by which a request says who sends it: signed with the newest key. `now` is in epoch ms. */
export function authorization(
  { merchantId, merchantKeys }: Pick<Credentials, 'merchantId' | 'merchantKeys'>,
  { method, path, body }: Signed,
  now: number,
  unique: string = nonce(),
): string {
  const [newest] = merchantKeys;
  if (!newest) throw new Error('there is no key to sign with');
  const timestamp = secondsOf(now);
  const signed = signature(message(method, path, timestamp, unique, body), newest);
  return `${SCHEME} mchid="${merchantId}",nonce_str="${unique}",signature="${signed}",timestamp="${timestamp}",serial_no="${newest.serial}"`;
}

/** What `wx.requestPayment` of a mini-program is called with. */
export function paymentRequest({ appId, merchantKeys }: Credentials, prepayId: string, now: number): string {
  const [newest] = merchantKeys;
  if (!newest) throw new Error('there is no key to sign with');
  const [timeStamp, nonceStr] = [secondsOf(now), nonce()];
  const whole = `prepay_id=${prepayId}`;
  const paySign = signature(message(appId, timeStamp, nonceStr, whole), newest);
  return JSON.stringify({ timeStamp, nonceStr, package: whole, signType: 'RSA', paySign });
}

/** The four headers that sign an answer or a callback. */
export interface SignatureHeaders {
  timestamp: string;
  nonce: string;
  serial: string;
  signature: string;
}

/** Reads the headers; null when one of them is missing, or the scheme is another. */
export function signatureHeaders(read: (name: string) => string | null | undefined): SignatureHeaders | null {
  const [timestamp, unique, serial, signed, scheme = SCHEME] = [
    ...['timestamp', 'nonce', 'serial', 'signature', 'signature-type'],
  ].map((name) => read(`wechatpay-${name}`) ?? undefined);
  if (!timestamp || !unique || !serial || !signed || scheme !== SCHEME) return null;
  return { timestamp, nonce: unique, serial, signature: signed };
}

/** Why a message of WeChat Pay is not believed. */
export type Doubt = 'unsigned' | 'probe' | 'stale' | 'unknown key' | 'forged';

/** What speaks against a message, by its raw body; null when it is WeChat Pay's, and of these minutes. */
export function doubtOf(
  platformKeys: ReadonlyMap<string, KeyObject>,
  headers: SignatureHeaders | null,
  body: string,
  now: number,
): Doubt | null {
  if (!headers) return 'unsigned';
  if (headers.signature.startsWith(PROBE)) return 'probe';
  const at = /^\d{1,12}$/.test(headers.timestamp) ? Number(headers.timestamp) * SECOND : Number.NaN;
  if (!(Math.abs(now - at) <= TOLERANCE)) return 'stale';
  const key = platformKeys.get(headers.serial);
  if (!key) return 'unknown key';
  const text = message(headers.timestamp, headers.nonce, body);
  return verify('sha256', Buffer.from(text), key, Buffer.from(headers.signature, 'base64')) ? null : 'forged';
}

/** Something of a callback that only the merchant may read. */
export interface Sealed {
  algorithm: string;
  ciphertext: string;
  nonce: string;
  associated_data?: string | undefined;
}

const TAG = 16;

/** Opens what was sealed with the merchant's key of version 3. Throws when it was not, or when a bit of it was changed. */
export function unsealed({ algorithm, ciphertext, nonce: iv, associated_data = '' }: Sealed, apiV3Key: string): string {
  if (algorithm !== 'AEAD_AES_256_GCM') throw new Error('unknown algorithm');
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes.length < TAG) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(iv), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(associated_data));
  decipher.setAuthTag(bytes.subarray(-TAG));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]).toString();
}

/** Encrypts a name or a number so that only WeChat Pay can read it. */
export function sealedFor(key: KeyObject, text: string): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(text)).toString('base64');
}

const secondsOf = (at: number): string => String(Math.floor(at / SECOND));
