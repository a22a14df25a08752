import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HostConfig, HostRequest } from './protocol.ts';

/** A process that hosts a share of the product. */
export interface Host {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<unknown>;
  /** Whether anything was delivered; resolves when there is nothing left to deliver. */
  settle(): Promise<boolean>;
  runJob(name: string): Promise<void>;
  setClock(at: number): Promise<void>;
  /** Has its clock run so many milliseconds ahead of the machine's. */
  setAhead(ahead: number): Promise<void>;
  /** Ends it gently. */
  stop(): Promise<void>;
  /** Ends it as a loss of power would. */
  kill(): Promise<void>;
}

/** The process that does what its messages say. */
const SCRIPT = join(import.meta.dirname, 'host-process.ts');

/** Starts a process of the product, by a script that imports `host-process.ts`; resolves when it takes requests. */
export async function startHost(config: HostConfig, script = SCRIPT): Promise<Host> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = fork(script, {
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on('message', ({ id, answer, error }: { id: number; answer: unknown; error?: string }) => {
    if (error) waiting.get(id)?.reject(new Error(error));
    else waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`the process of ${config.names} has ended`));
  });
  const tell = <T>(request: HostRequest): Promise<T> => {
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    child.send({ id: last, request }, (error) => error && answer.reject(error));
    return answer.promise as Promise<T>;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  try {
    await tell({ do: 'start', config });
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    child,
    ended: gone,
    settle: () => tell({ do: 'settle' }),
    runJob: (job) => tell({ do: 'job', job }),
    setClock: (at) => tell({ do: 'clock', at }),
    setAhead: (ahead) => tell({ do: 'ahead', ahead }),
    async stop() {
      await tell({ do: 'stop' });
      await kill();
    },
    kill,
  };
}
