/** Why a call brought no answer of the module that was called. */
export class CallFailure extends Error {
  /** Whether it is certain that nothing was done, so that another replica may be asked whatever the call is. */
  readonly undone: boolean;
  /** Whether it may go better in a moment, and may be tried. */
  again: boolean;

  constructor(message: string, { undone, cause }: { undone: boolean; cause?: unknown }) {
    super(message, { cause });
    this.undone = undone;
    this.again = undone;
  }
}
