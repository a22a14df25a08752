import {
  constants,
  createCipheriv,
  createVerify,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  randomInt,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** A pair of keys and the name that both sides know it by. */
export interface KeyPair {
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** Everybody's keys. The newest of each stands first. */
export interface Keys {
  merchant: KeyPair[];
  platform: KeyPair[];
  apiV3Key: string;
  apiV2Key: string;
}

/** Digits at random. */
export const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');

/** Makes everybody's first keys. */
export async function makeKeys(): Promise<Keys> {
  const [merchant, platform] = await Promise.all([merchantKey(), platformKey()]);
  const text = () => randomBytes(16).toString('hex');
  return { merchant: [merchant], platform: [platform], apiV3Key: text(), apiV2Key: text() };
}

/** A key of a merchant's, named by its certificate's serial number. */
export const merchantKey = (): Promise<KeyPair> => keyPair(randomBytes(20).toString('hex').toUpperCase());
/** A key of WeChat Pay's, of the kind that new merchants are given. */
export const platformKey = (): Promise<KeyPair> => keyPair(`PUB_KEY_ID_${digits(28)}`);

async function keyPair(id: string): Promise<KeyPair> {
  return { id, ...(await generate('rsa', { modulusLength: 2048 })) };
}

/** The headers that sign an answer or a callback. */
export function signedHeaders({ id, privateKey }: KeyPair, body: string, at: number): Record<string, string> {
  const timestamp = String(Math.trunc(at / 1_000));
  const nonce = randomBytes(16).toString('base64url');
  const signature = sign('RSA-SHA256', Buffer.from([timestamp, nonce, body, ''].join('\n')), privateKey);
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': id,
    'Wechatpay-Signature': signature.toString('base64'),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  };
}

/** What a merchant has put into the header Authorization. */
export interface Authorization {
  mchid: string;
  nonce_str: string;
  signature: string;
  timestamp: string;
  serial_no: string;
}

/** Reads the header; null when anything of it is missing. */
export function readAuthorization(header: string | undefined): Authorization | null {
  const [scheme, rest = ''] = (header ?? '').split(/ (.*)/s);
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return null;
  const fields = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const { mchid, nonce_str, signature, timestamp, serial_no } = fields as Partial<Authorization>;
  if (!mchid || !nonce_str || !signature || !timestamp || !serial_no) return null;
  return { mchid, nonce_str, signature, timestamp, serial_no };
}

/** Whether a request was signed by the key that it names. */
export function isSigned(
  authorization: Authorization,
  key: KeyObject,
  request: { method: string; url: string; body: string },
): boolean {
  const { timestamp, nonce_str, signature } = authorization;
  const lines = [request.method, request.url, timestamp, nonce_str, request.body];
  const verifier = createVerify('RSA-SHA256');
  for (const line of lines) verifier.update(`${line}\n`);
  return verifier.verify(key, signature, 'base64');
}

/** Seals what a callback tells, so that the merchant alone reads it. */
export function seal(text: string, apiV3Key: string, type: string): Record<string, string> {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from(type));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    original_type: type,
    ciphertext: ciphertext.toString('base64'),
    associated_data: type,
    nonce,
  };
}

/** Opens a name that a merchant has encrypted for WeChat Pay; null when it was for another key. */
export function openName({ privateKey }: KeyPair, text: string): string | null {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, Buffer.from(text, 'base64')).toString();
  } catch {
    return null;
  }
}

/** A private or a public key as text. */
export function pemOf(key: KeyObject): string {
  const type = key.type === 'private' ? ('pkcs8' as const) : ('spki' as const);
  return key.export({ type, format: 'pem' } as never).toString();
}
