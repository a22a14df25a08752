/** Why a row or a whole order is not taken: a code for machines, a sentence for whoever has the till. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A refused row or order as it is shown and written to the report. */
export interface RefusedRow {
  /** The line of the file, from 1. */
  line: number;
  code: string;
  message: string;
  /** The row as it stands in the file, or the order's number. */
  content: string;
}

/** Something that ends a command: said in one line, with exit code 1. */
export class CommandFailure extends Error {}

/** Runs a rule on a row: its result, or the refusal that it threw. */
export function attempt<T>(rule: () => T): T | Refusal {
  try {
    return rule();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
