import type { PersonIdentity } from '../../kernel/identity.ts';
import { newId } from '../../kernel/ids.ts';
import { openKeyring } from '../../subgraphs/members/service/keys.ts';
import { tokenMint } from '../../subgraphs/members/service/tokens.ts';
import type { MembersHost } from '../../subgraphs/members/settings.ts';
import type { Stage } from './product-graph.ts';

/** Somebody who may hold sessions. */
export type Somebody = Extract<PersonIdentity, { kind: 'diner' | 'device' }>;

const DAY = 86_400_000;

/** Opens a session for each of these, who may stand there more than once; answers their tokens. */
export async function openSessions({ module, write }: Stage, people: readonly Somebody[]): Promise<string[]> {
  const host = module('members').host as MembersHost;
  const tokens = tokenMint(host, await openKeyring(host));
  const sessions = people.map((person) => ({ person, sid: newId() }));
  await write('members', async (tx) => {
    for (const { id, kind } of new Map(people.map((person) => [person.id, person])).values())
      await tx.em.execute('insert into principal (id, kind, version) values (?, ?, 1)', [id, kind]);
    for (const { person, sid } of sessions)
      await tx.em.execute(
        `insert into open_session (id, principal_id, version, seed, refresh_hash, spent_hash, traded_at, expires_at)
         values (?, ?, 1, '', '', '', 0, ?)`,
        [sid, person.id, Date.now() + DAY],
      );
  });
  const minted: string[] = [];
  for (const { person, sid } of sessions) {
    const { scopes, stores } = person.kind === 'device' ? person : { scopes: [], stores: [] };
    const claims = { sub: person.id, sid, kind: person.kind, scopes: [...scopes], stores: [...stores], version: 1 };
    minted.push((await tokens.mint(claims)).accessToken);
  }
  return minted;
}
