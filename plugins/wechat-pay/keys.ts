import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../kernel/settings.ts';

/** A key of the merchant's, and the serial number of the certificate that WeChat Pay knows it by. */
export interface MerchantKey {
  readonly serial: string;
  readonly key: KeyObject;
}

/** Who we are to WeChat Pay, and what both sides sign with. */
export interface Credentials {
  readonly appId: string;
  readonly merchantId: string;
  /** The first one signs; the others are those before it, until nothing uses them any more. */
  readonly merchantKeys: readonly MerchantKey[];
  /** WeChat Pay's keys by public-key id or certificate serial: all that are valid side by side. */
  readonly platformKeys: ReadonlyMap<string, KeyObject>;
  /** 32 characters each, for what is encrypted with a shared key: all that are valid side by side. */
  readonly apiV3Keys: readonly string[];
  /** The key of the older protocol. */
  readonly apiV2Key: string | undefined;
  /** The secret of the mini-program. */
  readonly appSecret: string | undefined;
}

/**
 * Reads the merchant's keys, the newest first: a list like `SERIAL:/run/secrets/key.pem,OLDER:/run/secrets/old.pem`, or a
 * folder of files like `SERIAL.pem`, of which the one that was written last is the newest.
 */
export function merchantKeysIn(name: string, list: string): MerchantKey[] {
  return entriesOf(name, list).map(([serial, pem]) => ({ serial, key: parsed(name, () => createPrivateKey(pem)) }));
}

/** Reads public keys or certificates of WeChat Pay: a list like `PUB_KEY_ID_0116:/run/secrets/wechat.pem`, or a folder. */
export function platformKeysIn(name: string, list: string): Map<string, KeyObject> {
  return new Map(entriesOf(name, list).map(([id, pem]) => [id, parsed(name, () => publicKeyOf(pem))]));
}

/** Reads the keys of version 3: a list of them, or of files that hold some, a line each. */
export function apiV3KeysIn(name: string, list: string): string[] {
  const keys = list.split(',').flatMap((entry) => {
    const source = entry.trim();
    return source.startsWith('/') ? contentOf(name, source).split(/\s+/).filter(Boolean) : [source];
  });
  if (keys.length === 0 || keys.some((key) => key.length !== 32))
    throw new ConfigurationError(`${name} is not valid: expected 32 characters, or the path of a file that holds them`);
  return keys;
}

/** The public key in a PEM text that holds one, or a certificate of it. */
export function publicKeyOf(pem: string): KeyObject {
  return pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
}

/** Each entry's name, and its PEM text: what stands there, or in the file of that name. */
function entriesOf(name: string, list: string): [string, string][] {
  if (isFolder(list)) return filesOf(name, list);
  return list.split(',').map((entry) => {
    const [id = '', ...rest] = entry.trim().split(':');
    const source = rest.join(':').replaceAll('\\n', '\n');
    if (!id || !source)
      throw new ConfigurationError(
        `${name} is not valid: expected a folder, or NAME:FILE or NAME:PEM with commas between them`,
      );
    return [id, source.startsWith('-----BEGIN') ? source : contentOf(name, source)];
  });
}

/** Whether a text is the path of a folder; a key itself is too long to be asked about. */
function isFolder(text: string): boolean {
  return !text.includes(':') && (statSync(text, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** The files of a folder by their names, those first that were written last. */
function filesOf(name: string, folder: string): [string, string][] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.pem'));
  const written = (file: string) => statSync(join(folder, file)).mtimeMs;
  return files
    .toSorted((one, other) => written(other) - written(one) || other.localeCompare(one))
    .map((file) => [file.slice(0, -'.pem'.length), contentOf(name, join(folder, file))]);
}

function contentOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(`${name} is not valid: the file ${file} cannot be read`);
  }
}

function parsed(name: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new ConfigurationError(`${name} is not valid: expected keys of RSA as PEM`);
  }
}
