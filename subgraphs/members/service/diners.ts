import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { badInput, kernelError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, text } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { isSwitchedOff } from '../../../kernel/switched-off.ts';
import type { ConsentInput, ConsentRequired, SignInDinerInput } from '../../../schema/types/members.ts';
import { Consent, DinerRecord, ExternalIdentity, type Session } from '../entities.ts';
import { memberError } from '../errors.ts';
import { type ExternalPerson, IdentityProvider } from '../ports.ts';
import type { MembersHost } from '../settings.ts';
import { openAccount } from './ledger.ts';
import { enrol, type Grant, openSession, type Sessions } from './sessions.ts';

type Purpose = ConsentInput['purpose'];

/** Without these nobody is registered. */
const REQUIRED: readonly Purpose[] = ['TERMS', 'PRIVACY'];

/**
 * Signs in through an identity provider; registers who is new. Answers what must be agreed to first, when something
 * must, and then nothing was stored. Throws IDENTITY_PROVIDER_UNKNOWN or SIGN_IN_REFUSED.
 */
export async function signInDiner(
  { host, sessions }: { host: MembersHost; sessions: Sessions },
  ctx: Context,
  input: SignInDinerInput,
): Promise<Session | ConsentRequired> {
  checkConsents(input.consents);
  const person = await recognise(host, input);
  const attempt = () => host.transact(ctx, (tx) => enter(host, tx, input, person));
  const entered = await attempt().catch((error: unknown) => {
    // Two first sign-ins at once: the other one registered the diner.
    if (error instanceof UniqueConstraintViolationException) return attempt();
    throw error;
  });
  return 'claims' in entered ? sessions.sign(entered) : { purposes: entered, version: host.settings.consentVersion };
}

async function recognise(host: Host, { provider: name, credential }: SignInDinerInput): Promise<ExternalPerson> {
  const provider = await host.port(IdentityProvider, name);
  if (!provider || (await isSwitchedOff(host, IdentityProvider, name)))
    throw memberError('IDENTITY_PROVIDER_UNKNOWN', { provider: name.slice(0, 64) });
  const person = await answerOf(provider, credential).catch((error: unknown) => {
    host.log.warn({ error, provider: name }, 'an identity provider did not answer');
    throw kernelError('UNAVAILABLE');
  });
  if (!person) throw memberError('SIGN_IN_REFUSED');
  return person;
}

/** The session, or what must be agreed to before there can be one. */
async function enter(
  host: MembersHost,
  tx: Transaction,
  input: SignInDinerInput,
  person: ExternalPerson,
): Promise<Grant | readonly Purpose[]> {
  const { provider } = input;
  const version = host.settings.consentVersion;
  const consents = input.consents.filter((consent) => consent.version === version);
  const known = await tx.em.findOne(ExternalIdentity, { provider, subject: person.subject });
  const before = known ? await latestConsents(tx, known.dinerId) : new Map<Purpose, Consent>();
  const given = new Map(consents.map((consent) => [consent.purpose, consent]));
  const agreed = (purpose: Purpose) => {
    const consent = given.get(purpose) ?? before.get(purpose);
    return consent?.granted === true && consent.version === version;
  };
  const missing = REQUIRED.filter((purpose) => !agreed(purpose));
  if (missing.length > 0) return missing;

  const dinerId = known?.dinerId ?? (await register(host, tx, input, person));
  for (const { purpose, granted } of consents) {
    const last = before.get(purpose);
    if (last?.granted === granted && last.version === version) continue;
    await tx.em.insert(Consent, { id: newId(), dinerId, purpose, granted, version, at: host.clock.now() });
  }
  return openSession(host, tx, dinerId);
}

async function register(host: Host, tx: Transaction, input: SignInDinerInput, person: ExternalPerson): Promise<string> {
  const name = input.name ?? person.name;
  if (name == null) throw badInput('name', 'is needed to register');
  const id = newId();
  await tx.em.insert(DinerRecord, { id, name: text('name', name, 1, 64), registeredAt: host.clock.now() });
  await tx.em.insert(ExternalIdentity, { provider: input.provider, subject: person.subject, dinerId: id });
  await enrol(tx, 'diner', id);
  await openAccount(tx, id);
  return id;
}

async function answerOf(provider: IdentityProvider, credential: string): Promise<ExternalPerson | null> {
  return provider.verify(credential);
}

async function latestConsents(tx: Transaction, dinerId: string): Promise<Map<Purpose, Consent>> {
  const consents = await tx.em.find(Consent, { dinerId }, { orderBy: { id: 'asc' } });
  return new Map(consents.map((consent) => [consent.purpose, consent]));
}

function checkConsents(consents: readonly ConsentInput[]): void {
  list('consents', consents, 0, 10);
  if (new Set(consents.map(({ purpose }) => purpose)).size < consents.length)
    throw badInput('consents', 'name each purpose once');
}
