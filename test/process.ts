import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** A command of the product in a process of its own, as a shell runs it. */
export interface Command extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has printed so far, on both streams. */
  output(): string;
  /** Resolves when it has printed this; rejects when it ends before. */
  printed(what: RegExp): Promise<RegExpExecArray>;
  /** Resolves with its exit code (null when a signal ended it). */
  ended(): Promise<number | null>;
}

/** Runs `node cli/NAME.ts ARGS`. It is killed when the test lets go of it. */
export function run(name: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Command {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return runFile(process.execPath, [join(root, `cli/${name}.ts`), ...args], {
    cwd: root,
    env: { ...inherited, NODE_ENV: 'development', ...environment },
  });
}

/** Runs any command, in the same way. */
export function runFile(
  file: string,
  args: readonly string[],
  place: { cwd: string; env: NodeJS.ProcessEnv },
): Command {
  const name = args.find((arg) => !arg.startsWith('-')) ?? file;
  const child = spawn(file, args, { ...place, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const waiting = new Set<() => void>();
  const heard = (chunk: Buffer) => {
    text += chunk;
    for (const look of [...waiting]) look();
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  const end = once(child, 'close').then(([code]) => {
    for (const look of [...waiting]) look();
    return code as number | null;
  });

  return {
    child,
    output: () => text,
    printed: (what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = what.exec(text);
          if (!match && child.exitCode === null && child.signalCode === null) return;
          waiting.delete(look);
          if (match) resolve(match);
          else reject(new Error(`${name} ended without printing ${what}:\n${text}`));
        };
        waiting.add(look);
        look();
      }),
    ended: () => end,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await end;
    },
  };
}
