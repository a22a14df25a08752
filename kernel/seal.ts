import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** The setting of a module that seals: what its key is made of. */
export const sealingKey = z.string().min(32, { error: 'expected 32 characters or more' });

/** Keeps texts that nobody may read beside a database. */
export interface Seal {
  /** Encrypts a text for one place; it opens nowhere else. */
  close(text: string, place: string): string;
  /** Throws an Error for what was not closed for this place with this key. */
  open(sealed: string, place: string): string;
}

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** AES-256-GCM under a key that is made of a secret of 32 characters or more, for one module. */
export function sealWith(secret: string, module: string): Seal {
  const key = createHash('sha256').update(`${module}\0${secret}`).digest();
  return {
    close(text, place) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString();
    },
  };
}
