import { refusal } from './refusal.ts';

/** How deep lists and objects may be nested in variables. */
const DEPTH = 50;

/** Refuses variables that are nested deeper than anything here could follow. Throws TOO_DEEP. */
export function assertFlatVariables(variables: unknown): void {
  let level = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH + 1) throw refusal('TOO_DEEP', { limit: 'variables', allowed: DEPTH });
    level = level.flatMap((value) => (value && typeof value === 'object' ? Object.values(value) : []));
  }
}
