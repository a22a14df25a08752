import { type DocumentNode, visit } from 'graphql';
import { badInput } from '../../kernel/errors.ts';
import type { ExecuteArgs } from '../context.ts';

const checked = new WeakSet<DocumentNode>();

/**
 * Refuses texts that are none, anywhere in an operation: with the character NUL, which databases take for a text's end, or
 * with half a character (a lone surrogate), which they turn into another. Throws BAD_INPUT.
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
    if (!isClean(value)) throw badInput(name, 'holds what is no character');
  } else if (value && typeof value === 'object') {
    for (const inner of Object.values(value)) assertClean(name, inner);
  }
}

/** Whether a text holds characters alone. */
export const isClean = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
