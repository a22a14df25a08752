import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import { kernelError } from '../../../kernel/errors.ts';
import type { MembersHost } from '../settings.ts';
import { ALGORITHM, type Keyring } from './keys.ts';

/** What an access token says. */
const Claims = z.object({
  sub: z.string(),
  /** The session it was minted for. */
  sid: z.string(),
  kind: z.enum(['diner', 'staff', 'device']),
  scopes: z.array(z.string()),
  /** Where the scopes hold; `all` for headquarters. */
  stores: z.union([z.literal('all'), z.array(z.string())]),
  /** The principal's version when it was minted. */
  version: z.number().int(),
});
export type Claims = z.infer<typeof Claims>;

/** Mints and reads access tokens. */
export interface Tokens {
  /** A signed token and when it ends, in epoch milliseconds. */
  mint(claims: Claims): Promise<{ accessToken: string; expiresAt: number }>;
  /** What a token says, if we signed it and it has not expired. Throws UNAUTHENTICATED. */
  read(token: string): Promise<Claims>;
}

/** The type in a token's header: access tokens alone are taken, whatever else the key may come to sign. */
const TYPE = 'at+jwt';

/** How many tokens' signatures are remembered; checking one anew costs more than all else of a small request. */
const REMEMBERED = 5_000;

/** Makes the mint of a keyring. */
export function tokenMint({ clock, settings }: MembersHost, keys: Keyring): Tokens {
  const { issuer, accessMinutes } = settings;
  const checked = new Map<string, { claims: Claims; endsAt: number }>();

  function remember(token: string, claims: Claims, endsAt: number): Claims {
    if (checked.size >= REMEMBERED) checked.delete(checked.keys().next().value ?? '');
    checked.set(token, { claims, endsAt });
    return claims;
  }

  return {
    async mint({ sub, ...claims }) {
      const now = Math.floor(clock.now() / SECOND);
      const end = now + (accessMinutes * MINUTE) / SECOND;
      const accessToken = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keys.signing.kid })
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(now)
        .setExpirationTime(end)
        .sign(keys.signing.key);
      return { accessToken, expiresAt: end * SECOND };
    },

    async read(token) {
      const known = checked.get(token);
      if (known && known.endsAt > clock.now()) return known.claims;
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = kid ? await keys.verifying(kid) : null;
            if (!key) throw new errors.JWKSNoMatchingKey();
            return key;
          },
          {
            algorithms: [ALGORITHM],
            typ: TYPE,
            issuer,
            audience: issuer,
            currentDate: new Date(clock.now()),
            requiredClaims: ['exp'],
          },
        );
        return remember(token, Claims.parse(payload), (payload.exp ?? 0) * SECOND);
      } catch (error) {
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw kernelError('UNAUTHENTICATED');
        throw error;
      }
    },
  };
}
