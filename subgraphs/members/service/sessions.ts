import { createHmac, randomBytes } from 'node:crypto';
import { DAY, MINUTE } from '../../../kernel/clock.ts';
import { digest } from '../../../kernel/crypto.ts';
import { kernelError } from '../../../kernel/errors.ts';
import { type PersonIdentity, requirePerson } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { sessionsEnded } from '../../../kernel/session-cache.ts';
import { DeviceGrant, OpenSession, Principal, type PrincipalKind, type Session, StaffMember } from '../entities.ts';
import { memberError } from '../errors.ts';
import { reachOf, scopesOf } from '../roles.ts';
import type { MembersHost } from '../settings.ts';
import type { Claims, Tokens } from './tokens.ts';

/** A session that was opened or refreshed in a transaction and is yet to be signed. */
export interface Grant {
  claims: Claims;
  refreshToken: string;
}

/** Signs, refreshes and checks sessions, with the keys of this process. */
export interface Sessions {
  /** Makes a grant usable, once its transaction has committed. */
  sign(grant: Grant): Promise<Session>;
  /** Trades a refresh token for a new session. A spent one ends the session that came of it. Throws SESSION_EXPIRED. */
  refresh(ctx: Context, refreshToken: string): Promise<Session>;
  /** Whom an access token stands for. Throws UNAUTHENTICATED. */
  verify(accessToken: string): Promise<PersonIdentity>;
}

/**
 * A refresh token is `<session>.<secret>`, and a session keeps the hash of its one good secret. So whoever comes with
 * another secret of the session uses a spent one: it was copied, and the session ends for both. The secret that was
 * spent last is taken once more for a minute, because the answer to a trade may have been lost on the way.
 */
const REFRESH_TOKEN = /^([0-9a-f-]{36})\.([\w-]{43})$/;

/** How long a refresh token that was just traded is taken once more, in ms. */
const LOST_ANSWER = MINUTE;

/** Makes the sessions of this process. */
export function sessions(host: MembersHost, tokens: Tokens): Sessions {
  async function sign({ claims, refreshToken }: Grant): Promise<Session> {
    const token = await tokens.mint(claims);
    return { ...token, refreshToken, principal: { id: claims.sub, kind: claims.kind } };
  }

  return {
    sign,

    async refresh(ctx, refreshToken) {
      const [, sessionId, secret] = REFRESH_TOKEN.exec(refreshToken) ?? [];
      if (!sessionId || !secret) throw memberError('SESSION_EXPIRED');
      // The end of a copied session has to be committed, so the refusal comes after the transaction.
      const outcome = await host.transact(ctx, (tx) => rotate(host, tx, sessionId, secret));
      if (outcome && 'ended' in outcome) await sessionsEnded(host.cache, outcome.ended);
      if (!outcome || 'ended' in outcome) throw memberError('SESSION_EXPIRED');
      return sign(outcome);
    },

    async verify(accessToken) {
      const { sub, sid, kind, scopes, stores, version } = await tokens.read(accessToken);
      const open = await host.context().em.execute<unknown[]>(
        `select s.id from open_session s join principal p on p.id = s.principal_id and p.version = s.version
         where s.id = ? and p.id = ? and p.version = ?`,
        [sid, sub, version],
      );
      if (open.length === 0) throw kernelError('UNAUTHENTICATED');
      if (kind === 'diner') return { kind, id: sub };
      if (kind === 'staff') return { kind, id: sub, scopes, stores };
      return { kind, id: sub, scopes, stores: stores === 'all' ? [] : stores };
    },
  };
}

/** Enters somebody who may hold sessions. */
export async function enrol(tx: Transaction, kind: PrincipalKind, id: string): Promise<void> {
  await tx.em.insert(Principal, { id, kind, version: 1 });
}

/** Opens a session; `sign` makes it usable once the transaction has committed. */
export async function openSession(host: MembersHost, tx: Transaction, principalId: string): Promise<Grant> {
  const principal = await tx.em.findOneOrFail(Principal, principalId, { refresh: true });
  const id = newId();
  const secret = newSecret();
  await tx.em.insert(OpenSession, {
    id,
    principalId,
    version: principal.version,
    seed: newSecret(),
    refreshHash: digest(secret),
    spentHash: '',
    tradedAt: 0,
    expiresAt: expiry(host, principal.kind),
  });
  return grant(tx, principal, id, secret);
}

/**
 * Ends every session of a principal, with all tokens; false when there is no such principal. Once that is committed,
 * `sessionsEnded` tells it to the caches of other processes.
 */
export async function endSessions(tx: Transaction, principalId: string): Promise<boolean> {
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    'update principal set version = version + 1 where id = ?',
    [principalId],
    'run',
  );
  return affectedRows === 1;
}

/** Ends every session of whoever is signed in. Throws UNAUTHENTICATED. */
export async function signOut(host: Host, ctx: Context): Promise<boolean> {
  const { id } = requirePerson(ctx.identity);
  const known = await host.transact(ctx, (tx) => endSessions(tx, id));
  await sessionsEnded(host.cache, id);
  return known;
}

/** Removes the sessions that can never be used again. */
export async function purgeSessions(host: MembersHost, ctx: Context): Promise<void> {
  await host.transact(ctx, (tx) =>
    tx.em.execute(
      `delete from open_session where expires_at <= ?
       or version < (select p.version from principal p where p.id = open_session.principal_id)`,
      [host.clock.now()],
      'run',
    ),
  );
}

/**
 * Trades a session's secret for the one that follows it. A secret that is not good ends the session: the answer is whose
 * it was, or null when there was none. What follows is derived from the secret by the session's own seed, so all who trade the same one in time get the same.
 */
async function rotate(
  host: MembersHost,
  tx: Transaction,
  sessionId: string,
  secret: string,
): Promise<Grant | { ended: string } | null> {
  const session = await tx.em.findOne(OpenSession, sessionId, { disableIdentityMap: true });
  if (!session) return null;
  const principal = await tx.em.findOneOrFail(Principal, session.principalId);
  const now = host.clock.now();
  const spent = digest(secret);
  const next = createHmac('sha256', session.seed).update(secret).digest('base64url');
  const open = { id: sessionId, version: principal.version, expiresAt: { $gt: now } };
  const traded =
    (await tx.em.nativeUpdate(
      OpenSession,
      { ...open, refreshHash: spent },
      { refreshHash: digest(next), spentHash: spent, tradedAt: now, expiresAt: expiry(host, principal.kind) },
    )) || (await tx.em.count(OpenSession, { ...open, spentHash: spent, tradedAt: { $gt: now - LOST_ANSWER } }));
  if (traded === 1) return grant(tx, principal, sessionId, next);
  await tx.em.nativeDelete(OpenSession, { id: sessionId });
  return { ended: principal.id };
}

function expiry({ clock, settings }: MembersHost, kind: PrincipalKind): number {
  return clock.now() + (kind === 'device' ? settings.deviceSessionDays : settings.sessionDays) * DAY;
}

/** What a principal's tokens will say, as their role or pairing stands in this transaction. */
async function grant(tx: Transaction, principal: Principal, sessionId: string, secret: string): Promise<Grant> {
  const { id, kind, version } = principal;
  const claims = { sub: id, sid: sessionId, kind, version, ...(await reach(tx, principal)) };
  return { claims, refreshToken: `${sessionId}.${secret}` };
}

async function reach(tx: Transaction, { kind, id }: Principal): Promise<Pick<Claims, 'scopes' | 'stores'>> {
  if (kind === 'staff') {
    const { role, storeIds } = await tx.em.findOneOrFail(StaffMember, id);
    const stores = reachOf(role, storeIds);
    return { scopes: [...scopesOf(role)], stores: stores === 'all' ? 'all' : [...stores] };
  }
  if (kind === 'device') {
    const { scopes, storeId } = await tx.em.findOneOrFail(DeviceGrant, id);
    return { scopes, stores: [storeId] };
  }
  return { scopes: [], stores: [] };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
