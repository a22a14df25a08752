import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import { newId } from '../../../kernel/ids.ts';
import type { Host } from '../../../kernel/module.ts';
import { SigningKey } from '../entities.ts';

/** The algorithm of every token. */
export const ALGORITHM = 'ES256';

/** The keys that tokens are signed and verified with. */
export interface Keyring {
  /** The newest, which signs. */
  readonly signing: { kid: string; key: CryptoKey };
  /** The public key of that id, or null when it is none of ours. */
  verifying(kid: string): Promise<CryptoKey | null>;
  /** Every public key, for whoever verifies by themselves. */
  published(): Promise<JSONWebKeySet>;
}

const KEY_ID = /^[0-9a-f-]{36}$/;

/** Loads the keys of members' database; the first start makes the first one. */
export async function openKeyring(host: Host): Promise<Keyring> {
  const ctx = host.context();
  const [last] = await ctx.em.find(SigningKey, {}, { orderBy: { createdAt: 'desc' }, limit: 1 });
  const newest = last ?? (await addKey(host));
  const known = new Map<string, CryptoKey>();
  return {
    signing: { kid: newest.kid, key: await cryptoKey(newest.privateJwk) },
    async verifying(kid) {
      const cached = known.get(kid);
      if (cached) return cached;
      // Whatever else a forged header names is no key of ours.
      if (!KEY_ID.test(kid)) return null;
      // Another process may have added a key after this one started.
      const row = await host.context().em.findOne(SigningKey, kid);
      if (!row) return null;
      const key = await cryptoKey(publicPart(row.privateJwk));
      known.set(kid, key);
      return key;
    },
    async published() {
      const rows = await host.context().em.find(SigningKey, {}, { orderBy: { createdAt: 'desc' } });
      return {
        keys: rows.map(({ kid, privateJwk }) => ({ ...publicPart(privateJwk), kid, alg: ALGORITHM, use: 'sig' })),
      };
    },
  };
}

async function addKey(host: Host) {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = { kid: newId(), privateJwk: await exportJWK(privateKey), createdAt: host.clock.now() };
  await host.transact(host.context(), (tx) => tx.em.insert(SigningKey, key));
  return key;
}

async function cryptoKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, ALGORITHM)) as CryptoKey;
}

function publicPart({ d, ...rest }: JWK): JWK {
  return rest;
}
