/** Resolves when it is one's turn. */
export type Turnstile = () => Promise<void>;

/**
 * Lets so many through in each turn of the event loop, in the order in which they came. When a crowd comes at once, all
 * others, and what is to be shown to them, go on between its members.
 */
export function turnstile(inTurn: number): Turnstile {
  let waiting: (() => void)[] = [];
  let passed = 0;

  function turn() {
    const next = waiting.slice(0, inTurn);
    waiting = waiting.slice(inTurn);
    passed = next.length;
    if (passed > 0) setImmediate(turn);
    for (const pass of next) pass();
  }

  return async () => {
    if (passed === 0) setImmediate(turn);
    passed += 1;
    if (passed <= inTurn) return;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  };
}
