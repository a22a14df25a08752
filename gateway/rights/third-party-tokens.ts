import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { kernelError } from '../../kernel/errors.ts';
import type { PersonIdentity, TokenVerifier } from '../../kernel/identity.ts';

export interface ThirdPartyTokens {
  /** The keys by which tokens are signed: published at an address, or at hand. */
  keys: URL | JSONWebKeySet;
  /** Who must have minted a token, and for whom; anybody when it is left out. */
  issuer?: string | undefined;
  audience?: string | undefined;
}

/**
 * Reads tokens that another's server mints. The scopes are its claim `scope` (words) or `scopes` (words or a list). Throws
 * UNAUTHENTICATED for a token that is not good, and UNAVAILABLE while the keys cannot be had.
 */
export function thirdPartyTokens({ keys, issuer, audience }: ThirdPartyTokens): TokenVerifier {
  const find = keys instanceof URL ? createRemoteJWKSet(keys) : createLocalJWKSet(keys);
  const expected = { ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) };
  return {
    async verify(token) {
      try {
        return personIn((await jwtVerify(token, find, expected)).payload);
      } catch (error) {
        throw kernelError(isOfToken(error) ? 'UNAUTHENTICATED' : 'UNAVAILABLE');
      }
    },
  };
}

function personIn({ sub, client_id, scope, scopes }: JWTPayload): PersonIdentity {
  return { kind: 'third-party', id: String(sub ?? client_id ?? ''), scopes: wordsIn(scope ?? scopes), stores: [] };
}

function wordsIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

/** What lies with the keys, and not with the token. */
const OF_KEYS = new Set([errors.JWKSInvalid.code, errors.JWKSTimeout.code, errors.JOSEError.code]);

function isOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !OF_KEYS.has(error.code);
}
