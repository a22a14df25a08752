import { badInput } from '../../../kernel/errors.ts';
import { list, text } from '../../../kernel/input.ts';
import type { CreateStaffInput } from '../../../schema/types/members.ts';
import type { Role } from '../roles.ts';

/** The most stores that one member of staff may hold a role at: their token names each. */
export const MAX_STORES = 100;

/** A new member of staff whose input is checked. */
export interface Applicant {
  name: string;
  pin: string;
  role: Role;
  storeIds: string[];
}

/** Checks what somebody is to be taken on with. Throws BAD_INPUT. */
export function checkedApplicant(input: Omit<CreateStaffInput, 'idempotencyKey'>): Applicant {
  return {
    name: text('name', input.name, 1, 64),
    pin: checkedPin(input.pin),
    role: input.role,
    storeIds: checkedStores(input.role, input.storeIds),
  };
}

/** Refuses what is no PIN. Throws BAD_INPUT. */
export function checkedPin(pin: string): string {
  if (!/^\d{4,12}$/.test(pin)) throw badInput('pin', 'has 4 to 12 digits');
  return pin;
}

/** The stores that a role is held at: none for headquarters, else some. Throws BAD_INPUT. */
export function checkedStores(role: Role, storeIds: readonly string[]): string[] {
  if (role === 'HEADQUARTERS') list('storeIds', storeIds, 0, 0);
  else list('storeIds', storeIds, 1, MAX_STORES);
  return [...new Set(storeIds.map((id) => text('storeIds', id, 1, 64)))];
}

/** A name as names are compared: case, width and runs of spaces make no difference. Throws BAD_INPUT. */
export function nameKeyOf(name: string): string {
  const key = name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  // A few letters stand for a dozen others, and the column has an end.
  if (key.length > 255) throw badInput('name', 'is too long');
  return key;
}
