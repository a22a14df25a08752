import { createHash } from 'node:crypto';

/** The SHA-256 of a text, base64url: what is kept in place of a secret, or compared in place of something long. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
