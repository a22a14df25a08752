import { kernelError } from './errors.ts';
import { port } from './ports.ts';

/** Nobody is signed in. */
export interface Anonymous {
  kind: 'anonymous';
}

/** A guest who has registered. */
export interface DinerIdentity {
  kind: 'diner';
  id: string;
}

/** A member of staff: what the role allows, and where ('all' is headquarters' reach). */
export interface StaffIdentity {
  kind: 'staff';
  id: string;
  scopes: readonly string[];
  stores: 'all' | readonly string[];
}

/** A paired screen or machine of one store. */
export interface DeviceIdentity {
  kind: 'device';
  id: string;
  scopes: readonly string[];
  stores: readonly string[];
}

/**
 * Somebody whom a token of another's stands for, at a gateway over another's graph, where scopes mean what that graph says.
 * To the product's own modules such a person has none.
 */
export interface ThirdPartyIdentity {
  kind: 'third-party';
  id: string;
  scopes: readonly string[];
  stores: readonly [];
}

/**
 * Somebody with a token that nobody can check just now. What anybody may see they may see too; what asks who they are
 * fails with UNAVAILABLE, rather than with an answer that is meant for strangers.
 */
export interface Unverified {
  kind: 'unverified';
}

/** One of the product's own modules, and whom it acts for. */
export interface ServiceIdentity {
  kind: 'service';
  name: string;
  for: OuterIdentity;
}

/** A person, as far as one is known. */
export type PersonIdentity = Anonymous | DinerIdentity | StaffIdentity | DeviceIdentity | ThirdPartyIdentity;

/** Whoever asks from outside the product. */
export type OuterIdentity = PersonIdentity | Unverified;

/** Who asks. */
export type Identity = OuterIdentity | ServiceIdentity;

/** Whoever has not signed in. */
export const anonymous: Anonymous = { kind: 'anonymous' };
export const unverified: Unverified = { kind: 'unverified' };

/**
 * Turns an access token into who it stands for; provided by the module that mints tokens. Throws UNAUTHENTICATED, and
 * UNAVAILABLE when that module is away.
 */
export interface TokenVerifier {
  verify(token: string): Promise<PersonIdentity>;
}

export const TokenVerifier = port<TokenVerifier>('TokenVerifier', { looksUp: true });

/** Whom an identity acts for. */
export function outerOf(identity: Identity): OuterIdentity {
  return identity.kind === 'service' ? identity.for : identity;
}

/**
 * The person behind an identity: a module's call counts as the call of whom it acts for. Throws UNAVAILABLE when it cannot
 * be known who that is.
 */
export function personOf(identity: Identity): PersonIdentity {
  const outer = outerOf(identity);
  if (outer.kind === 'unverified') throw kernelError('UNAVAILABLE');
  return outer;
}

/** A caller's name for keys that are scoped by caller, such as `diner:0192...`. */
export function callerOf(identity: Identity): string {
  const person = personOf(identity);
  if (person.kind !== 'anonymous') return `${person.kind}:${person.id}`;
  return identity.kind === 'service' ? `service:${identity.name}` : 'anonymous';
}

/** Whether staff or a device holds a scope for a store; without a store, for the whole chain. */
export function hasScope(identity: Identity, scope: string, storeId?: string | null): boolean {
  const person = personOf(identity);
  if (person.kind !== 'staff' && person.kind !== 'device') return false;
  if (!person.scopes.includes(scope)) return false;
  return person.stores === 'all' || (storeId != null && person.stores.includes(storeId));
}

/** Whether staff or a device holds a scope for some store at least: for what belongs to the chain as a whole. */
export function holdsAnywhere(identity: Identity, scope: string): boolean {
  const person = personOf(identity);
  return (person.kind === 'staff' || person.kind === 'device') && person.scopes.includes(scope);
}

/** Throws UNAUTHENTICATED when nobody is signed in, FORBIDDEN when the scope is not held for the store (or the chain). */
export function requireScope(identity: Identity, scope: string, storeId?: string | null): void {
  if (hasScope(identity, scope, storeId)) return;
  throw kernelError(personOf(identity).kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN', { scope });
}

/** The person who is signed in; throws UNAUTHENTICATED for nobody. */
export function requirePerson(identity: Identity): Exclude<PersonIdentity, Anonymous> {
  const person = personOf(identity);
  if (person.kind === 'anonymous') throw kernelError('UNAUTHENTICATED');
  return person;
}
