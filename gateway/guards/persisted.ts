import { createHash } from 'node:crypto';
import type { Cache } from '../../kernel/cache.ts';
import { HOUR } from '../../kernel/clock.ts';
import { badInput } from '../../kernel/errors.ts';
import type { Guards } from './guards.ts';
import { readManifest } from './manifest.ts';
import { refusal } from './refusal.ts';

/** How long an operation that a client has had kept is found, in milliseconds. */
const KEPT = HOUR;
/** The longest such operation, in characters. */
const LONGEST = 16_000;
/** How many one caller may have kept in a minute. */
const A_MINUTE = 100;

/** What a client asks with: a text, the id of one, or both. */
export interface Named {
  query?: string | null | undefined;
  documentId?: unknown;
  extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The operations that are known by an id. */
export interface Persisted {
  /** The text of what a client asks. Throws what says that it may not, or must send the text. */
  textOf(named: Named): Promise<string | null | undefined>;
  /** Keeps a text that came with its hash, and that has passed every other guard. */
  keep(named: Named, caller: string): Promise<void>;
}

/** Operations of a manifest, and those that clients have had kept. Throws a ConfigurationError for a bad manifest. */
export function persistedOperations(
  { persistedOperations: file, persistedOnly, automaticPersisted }: Guards,
  cache: Cache,
): Persisted {
  const manifest = file === undefined ? new Map<string, string>() : readManifest(file);
  const texts = new Set(manifest.values());
  const keyOf = (hash: string) => `guards:operation:${hash}`;

  return {
    async textOf(named) {
      const { query, documentId } = named;
      const hash = hashIn(named);
      const id = documentId ?? hash;
      if (id !== undefined && typeof id !== 'string') throw badInput('documentId', 'is a text');
      const known = id === undefined ? undefined : manifest.get(id);
      if (known !== undefined) return known;
      if (persistedOnly) {
        if (query && texts.has(query)) return query;
        throw refusal(id === undefined ? 'PERSISTED_ONLY' : 'OPERATION_UNKNOWN');
      }
      if (documentId !== undefined && documentId !== null) throw refusal('OPERATION_UNKNOWN');
      if (hash === undefined) return query;
      if (!automaticPersisted) throw refusal('PERSISTED_QUERY_NOT_SUPPORTED');
      if (query) {
        if (hashOf(query) !== hash) throw refusal('PERSISTED_QUERY_HASH_MISMATCH');
        return query;
      }
      const kept = await cache.get(keyOf(hash));
      // Looked at again, because a cache may be written by others.
      if (typeof kept === 'string' && hashOf(kept) === hash) return kept;
      throw refusal('PERSISTED_QUERY_NOT_FOUND');
    },
    async keep(named, caller) {
      const hash = hashIn(named);
      if (!named.query || hash === undefined || !automaticPersisted || persistedOnly) return;
      if (named.query.length > LONGEST || manifest.has(hash)) return;
      if ((await cache.get(keyOf(hash))) !== undefined) return;
      if ((await cache.count(`guards:kept:${caller}`, 60_000)) > A_MINUTE) return;
      await cache.put(keyOf(hash), named.query, KEPT);
    },
  };
}

/** The hash of `extensions.persistedQuery`; undefined when there is none. Throws BAD_INPUT for one that is no hash. */
function hashIn({ extensions }: Named): string | undefined {
  const asked = extensions?.['persistedQuery'];
  if (asked === undefined || asked === null) return undefined;
  const hash = (asked as { sha256Hash?: unknown }).sha256Hash;
  if (typeof hash !== 'string' || hash.length > 200)
    throw badInput('extensions', 'name an operation by its sha256Hash');
  return hash;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
