import { type DocumentNode, visit } from 'graphql';
import { refusal } from './refusal.ts';

/**
 * Refuses operations that ask for the same field under more aliases than allowed, wherever they stand: that is how a
 * hundred PINs are tried by one request. Different fields may each have theirs. Throws TOO_MANY_ALIASES.
 */
export function assertAliases(document: DocumentNode, allowed: number): void {
  const known = new Map<string, Set<string>>();
  visit(document, {
    Field({ name: { value: field }, alias }) {
      if (!alias || alias.value === field) return;
      const aliases = known.get(field) ?? new Set();
      known.set(field, aliases.add(alias.value));
    },
  });
  for (const [field, { size: asked }] of known)
    if (asked > allowed) throw refusal('TOO_MANY_ALIASES', { limit: 'maxAliases', allowed, asked, field });
}
