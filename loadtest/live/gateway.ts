import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CommandFailure } from '../../cli/import/refusal.ts';
import { SECOND } from '../../kernel/clock.ts';
import { within } from '../../kernel/within.ts';
import type { Memory, Prepared, Published, Scene, Told } from './messages.ts';
import type { GraphKind } from './options.ts';

/** The process that is measured. */
export interface Measured extends AsyncDisposable {
  /** Where its sockets are opened. */
  readonly url: string;
  memory(): Promise<Memory>;
  prepare(scene: Scene): Promise<Prepared>;
  /** Changes the things of the scene. */
  publish(rate: number, seconds: number): Promise<Published>;
}

/** How long it may take to start, to answer besides the time it was told, and to end, in milliseconds. */
const PATIENCE = 60 * SECOND;
const FAREWELL = 10 * SECOND;

/** Starts a gateway in a process of its own, or bare sockets. Throws a CommandFailure when it does not start. */
export async function startMeasured(kind: GraphKind | 'bare', profile: string | undefined): Promise<Measured> {
  const execArgv = ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])];
  const child = fork(new URL('./gateway-process.ts', import.meta.url), [kind], { execArgv });
  const exited = once(child, 'exit');
  const gone = exited.then(() => Promise.reject(new CommandFailure('the measured process has ended')));
  gone.catch(() => {});
  /** The next message of the child's. */
  const answer = async (patience: number) => {
    const [message] = await within(Promise.race([once(child, 'message'), gone]), patience);
    return message;
  };
  const ask = (told: Told, patience = PATIENCE) => {
    const answered = answer(patience);
    child.send(told);
    return answered;
  };
  const { port } = await answer(PATIENCE);
  return {
    url: `ws://127.0.0.1:${port}/graphql`,
    memory: () => ask({ do: 'measure' }),
    prepare: (scene) => ask({ do: 'prepare', ...scene }),
    publish: (rate, seconds) => ask({ do: 'publish', rate, seconds }, PATIENCE + 4 * seconds * SECOND),
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await within(exited, FAREWELL).catch(() => child.kill('SIGKILL'));
    },
  };
}
