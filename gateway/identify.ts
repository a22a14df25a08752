import { anonymous, type PersonIdentity, type TokenVerifier } from '../kernel/identity.ts';

/** Who an `Authorization: Bearer ...` header stands for; nobody without one. Throws UNAUTHENTICATED for a bad token. */
export type Identify = (authorization: unknown) => Promise<PersonIdentity>;

/** Reads bearer tokens with the module that mints them; without such a module everybody is anonymous. */
export function identifyBy(tokens: TokenVerifier | undefined): Identify {
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(typeof authorization === 'string' ? authorization : '')?.[1];
    return token && tokens ? tokens.verify(token) : anonymous;
  };
}
