import { type DocumentNode, visit } from 'graphql';
import { badInput } from '../../kernel/errors.ts';
import type { ExecuteArgs } from '../context.ts';

const checked = new WeakSet<DocumentNode>();

/**
 * Refuses the character NUL anywhere in an operation's texts: no name or note holds it, and databases take it for the end
 * of a text. Throws BAD_INPUT.
 */
export function assertCleanText({ document, variables }: Pick<ExecuteArgs, 'document' | 'variables'>): void {
  if (!checked.has(document)) {
    visit(document, { StringValue: ({ value }) => assertClean('a literal', value) });
    checked.add(document);
  }
  for (const [name, value] of Object.entries(variables ?? {})) assertClean(name, value);
}

function assertClean(name: string, value: unknown): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw badInput(name, 'holds the character NUL');
  } else if (value && typeof value === 'object') {
    for (const inner of Object.values(value)) assertClean(name, inner);
  }
}
