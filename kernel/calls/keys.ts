import { createSecretKey, type KeyObject } from 'node:crypto';
import { ConfigurationError } from '../settings.ts';

/** A secret that processes of the product share, and the name it goes by. */
export interface CallKey {
  readonly id: string;
  readonly secret: KeyObject;
  /** The plug-in whose process has this key and no other, because it is not trusted with what the rest may do. */
  readonly owner: string | undefined;
}

/** The keys of calls between processes: one signs, all verify, so that a key can be replaced while the product runs. */
export interface CallKeys {
  /** What calls are signed with. */
  readonly signing: CallKey;
  /** What calls to a module are signed with: its own key, where it has one. */
  signingTo(module: string): CallKey;
  find(id: string): CallKey | undefined;
}

const ENTRY = /^([A-Za-z0-9_-]{1,20})(?:@([a-z][a-z0-9-]{0,39}))?:([^\s,]{32,})$/;

/**
 * Reads keys such as `2026b:SECRET,2026a:SECRET`: the first signs, all verify. To replace a key, give every process the
 * new one behind the old one, then in front of it, then take the old one away. `h@hello:SECRET` is the one key of the
 * process of the plug-in hello; all others have it besides their own, to call it and to know it by.
 * Throws a ConfigurationError that names the variable and shows no secret.
 */
export function readKeys(text: string, variable = 'CALL_KEYS'): CallKeys {
  const keys = new Map<string, CallKey>();
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, owner, secret] = ENTRY.exec(entry.trim()) ?? [];
    if (!id || !secret)
      throw new ConfigurationError(
        `${variable} is not valid: expected ID:SECRET,ID:SECRET with ids of 1 to 20 of A-Z, a-z, 0-9, _ and -, and secrets of at least 32 characters; key ${index + 1} is not so`,
      );
    if (keys.has(id)) throw new ConfigurationError(`${variable} is not valid: two keys are called ${id}`);
    keys.set(id, { id, owner, secret: createSecretKey(secret, 'utf8') });
  }
  const all = [...keys.values()];
  const signing = all.find(({ owner }) => owner === undefined) ?? all[0]!;
  return {
    signing,
    signingTo: (module) => all.find(({ owner }) => owner === module) ?? signing,
    find: (id) => keys.get(id),
  };
}
