import { kernelError } from '../../../kernel/errors.ts';
import { holdsAnywhere, type Identity, personOf, requirePerson } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import type { Diner, StaffMember } from '../entities.ts';
import { dinerById, staffById } from '../loaders.ts';

/** Whoever may be signed in, as resolvers hold them. */
export type Somebody = Diner | StaffMember | { id: string };

/** A person as they see themselves; null when they are no longer there. */
export async function themselves(ctx: Context, { kind, id }: { kind: string; id: string }): Promise<Somebody | null> {
  if (kind === 'diner') return shown(ctx, id, true);
  if (kind === 'staff') return staffById(ctx).load(id);
  return { id };
}

/** Who is signed in. */
export function me(ctx: Context): Promise<Somebody | null> {
  const person = personOf(ctx.identity);
  return person.kind === 'anonymous' ? Promise.resolve(null) : themselves(ctx, person);
}

/** A diner with all that is kept about them. Throws UNAUTHENTICATED or FORBIDDEN. */
export function diner(ctx: Context, id: string): Promise<Diner | null> {
  requirePerson(ctx.identity);
  if (!knowsAll(ctx.identity, id)) throw kernelError('FORBIDDEN', { scope: 'members:read' });
  return shown(ctx, id, true);
}

/** A diner as a reference from elsewhere in the graph shows them: whole, by name to those who serve them, or not at all. */
export async function dinerReference(ctx: Context, id: string): Promise<Diner | null> {
  if (knowsAll(ctx.identity, id)) return shown(ctx, id, true);
  const serves = ['orders:read', 'kitchen:read'].some((scope) => holdsAnywhere(ctx.identity, scope));
  return serves ? shown(ctx, id, false) : null;
}

/** A member of staff as a reference shows them: to colleagues and the store's devices. */
export async function staffReference(ctx: Context, id: string): Promise<StaffMember | null> {
  const { kind } = personOf(ctx.identity);
  return kind === 'staff' || kind === 'device' ? staffById(ctx).load(id) : null;
}

async function shown(ctx: Context, id: string, whole: boolean): Promise<Diner | null> {
  const record = await dinerById(ctx).load(id);
  return record && { id: record.id, name: record.name, registeredAt: record.registeredAt, whole };
}

/** Diners belong to the chain, so a right to know them counts from whichever store it is held for. */
function knowsAll(identity: Identity, dinerId: string): boolean {
  const person = personOf(identity);
  return (person.kind === 'diner' && person.id === dinerId) || holdsAnywhere(identity, 'members:read');
}
