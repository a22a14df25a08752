import { decodeJwt } from 'jose';
import { SECOND } from '../kernel/clock.ts';
import { kernelError } from '../kernel/errors.ts';
import { anonymous, type OuterIdentity, type TokenVerifier, unverified } from '../kernel/identity.ts';
import { isAway } from '../kernel/public-error.ts';
import type { GraphContext } from './context.ts';

/**
 * Who an `Authorization: Bearer ...` header stands for; nobody without one, and somebody unverified while tokens cannot be
 * checked. Throws UNAUTHENTICATED for any other.
 */
export type Identify = (authorization: unknown) => Promise<OuterIdentity>;

/** Reads bearer tokens with the module that mints them; without such a module every token is refused. */
export function identifyBy(tokens: TokenVerifier | undefined): Identify {
  return async (authorization) => {
    if (authorization == null || authorization === '') return anonymous;
    const token = /^Bearer +(\S+)$/i.exec(String(authorization))?.[1];
    if (!token || !tokens) throw kernelError('UNAUTHENTICATED');
    return tokens.verify(token).catch((error) => {
      if (isAway(error)) return unverified;
      throw error;
    });
  };
}

/** The context of an operation that comes with a header. */
export async function contextOf(
  identify: Identify,
  authorization: unknown,
  headers: Pick<Headers, 'get'>,
  signal: AbortSignal,
): Promise<GraphContext> {
  const verify = () => identify(authorization);
  return { identity: await verify(), verify, until: endOf(authorization), headers, signal };
}

/** When a token ends, as it says itself; whether it is good at all is for `verify` to say. */
function endOf(authorization: unknown): number | undefined {
  if (!authorization) return undefined;
  try {
    const { exp } = decodeJwt(String(authorization).split(' ').at(-1) ?? '');
    return exp === undefined ? undefined : exp * SECOND;
  } catch {
    return undefined;
  }
}
