import { refusal } from './refusal.ts';

/** How deep lists and objects may be nested in variables. */
const DEPTH = 50;
/** How many members one object may have: each that its type does not know takes a search for the name that was meant. */
const MEMBERS = 1_000;

/** Refuses variables that are nested deeper than anything here could follow, or name more. Throws TOO_DEEP and TOO_LARGE. */
export function assertFewVariables(variables: unknown): void {
  let level = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH + 1) throw refusal('TOO_DEEP', { limit: 'variables', allowed: DEPTH });
    level = level.flatMap((value) => {
      if (!value || typeof value !== 'object') return [];
      const members = Object.values(value);
      if (members.length > MEMBERS && !Array.isArray(value))
        throw refusal('TOO_LARGE', { limit: 'members of a variable', allowed: MEMBERS, asked: members.length });
      return members;
    });
  }
}
