/** Shows how far a long piece of work has come. */
export interface Progress {
  /** So many of the total are done. */
  at(done: number): void;
  end(): void;
}

/** Where people read: standard error, so that standard output holds the result alone. */
export interface Screen {
  isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
/** How often a line is printed where there is no terminal, in milliseconds. */
const EVERY = 3_000;

/** A bar with the rate and the time left on a terminal; elsewhere a line every few seconds. */
export function showProgress(screen: Screen, label: string, total: number): Progress {
  const began = performance.now();
  let printed = began;
  const text = (done: number) => {
    const seconds = (performance.now() - began) / 1_000;
    const rate = done / Math.max(seconds, 0.001);
    const left = rate > 0 ? Math.ceil((total - done) / rate) : 0;
    return `${done} of ${total} ${label}, ${Math.round(rate)} a second, ${left} s left`;
  };
  return {
    at(done) {
      if (screen.isTTY) {
        const full = Math.round((WIDTH * done) / Math.max(total, 1));
        screen.write(`\r[${'#'.repeat(full).padEnd(WIDTH, '.')}] ${text(done)}\x1b[K`);
      } else if (performance.now() - printed >= EVERY) {
        printed = performance.now();
        screen.write(`${text(done)}\n`);
      }
    },
    end() {
      if (screen.isTTY) screen.write('\r\x1b[K');
    },
  };
}
