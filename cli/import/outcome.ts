import type { Connection } from './connection.ts';
import type { Screen } from './progress.ts';
import type { RefusedRow } from './refusal.ts';
import type { TargetStore } from './store.ts';

/** What an import came to, line by line, as name and value. */
export interface Outcome {
  facts: [string, string][];
  refused: RefusedRow[];
  changed: boolean;
  /** Whether the file and the product agree on everything that was taken. */
  agrees: boolean;
}

/** What a file holds for a store, before anything is sent. */
export interface ImportPlan {
  /** How many rows or orders there are to send. */
  taken: number;
  refused: readonly RefusedRow[];
  notes: readonly string[];
  send(connection: Connection, store: TargetStore, screen: Screen): Promise<Outcome>;
}

/** Refusals in the order of the file. */
export function byLine(...refused: (readonly RefusedRow[])[]): RefusedRow[] {
  return refused.flat().sort((a, b) => a.line - b.line);
}
