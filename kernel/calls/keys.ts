import { createSecretKey, type KeyObject } from 'node:crypto';
import { ConfigurationError } from '../settings.ts';

/** A secret that processes of the product share, and the name it goes by. */
export interface CallKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** The keys of calls between processes: one signs, all verify, so that a key can be replaced while the product runs. */
export interface CallKeys {
  readonly signing: CallKey;
  find(id: string): CallKey | undefined;
}

const ENTRY = /^([A-Za-z0-9_-]{1,20}):([^\s,]{32,})$/;

/**
 * Reads keys such as `2026b:SECRET,2026a:SECRET`: the first signs, all verify. To replace a key, give every process the
 * new one behind the old one, then in front of it, then take the old one away.
 * Throws a ConfigurationError that names the variable and shows no secret.
 */
export function readKeys(text: string, variable = 'CALL_KEYS'): CallKeys {
  const keys = new Map<string, CallKey>();
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, secret] = ENTRY.exec(entry.trim()) ?? [];
    if (!id || !secret)
      throw new ConfigurationError(
        `${variable} is not valid: expected ID:SECRET,ID:SECRET with ids of 1 to 20 of A-Z, a-z, 0-9, _ and -, and secrets of at least 32 characters; key ${index + 1} is not so`,
      );
    if (keys.has(id)) throw new ConfigurationError(`${variable} is not valid: two keys are called ${id}`);
    keys.set(id, { id, secret: createSecretKey(secret, 'utf8') });
  }
  const [signing] = keys.values();
  return { signing: signing!, find: (id) => keys.get(id) };
}
