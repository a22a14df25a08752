/** A known bug, and what shows it. */
export interface Mutant {
  readonly name: string;
  /** What is wrong, in a sentence. */
  readonly bug: string;
  /** How it is put back: each pattern must be found in its file exactly once. */
  readonly edits: readonly { file: string; find: RegExp; put: string }[];
  /** The run that must fail by it. */
  readonly run: readonly string[];
  /** What the books must say then: a finding of a check, and not of whoever played. */
  readonly shows: RegExp;
}

/** An event that somebody has never heard of. */
export const LOST = /^events: [\w.]+ of .* is in the inbox of \w+ 0 times/;

/** A crowd before the last portions, and one that also presses twice while things are killed. */
export const CROWD = ['last-portions', '--minutes', '10', '--scale', '0.04', '--patience', '15'];
export const KILLS = ['kills', '--minutes', '0.5', '--patience', '15'];
