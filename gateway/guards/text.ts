import { type DocumentNode, GraphQLError, type ParseOptions, parse, type Source } from 'graphql';
import type { Guards } from './guards.ts';
import { refusal } from './refusal.ts';

/** How many characters a word of an operation has at the most, on average, the space behind it included. */
const CHARACTERS = 10;

/** Parses an operation no larger than allowed. Throws TOO_LARGE, TOO_DEEP, and a GraphQLError for what is none. */
export function parseWithin(source: string | Source, options: ParseOptions | undefined, guards: Guards): DocumentNode {
  const { maxTokens } = guards;
  const { length } = typeof source === 'string' ? source : source.body;
  const allowed = maxTokens * CHARACTERS;
  if (length > allowed) throw refusal('TOO_LARGE', { limit: 'characters', allowed, asked: length });
  try {
    return parse(source, { ...options, maxTokens });
  } catch (error) {
    // Nested beyond what the parser itself can follow.
    if (error instanceof RangeError) throw refusal('TOO_DEEP', { limit: 'maxDepth', allowed: guards.maxDepth });
    if (error instanceof GraphQLError && error.message.includes(`more that ${maxTokens} tokens`))
      throw refusal('TOO_LARGE', { limit: 'maxTokens', allowed: maxTokens });
    throw error;
  }
}
