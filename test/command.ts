import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from '../cli/import/command.ts';

/** What a command left behind on its way out. */
export interface Ran {
  code: number;
  /** What it printed as its result. */
  said: string;
  /** What it printed beside it: failures and progress. */
  screen: string;
}

/** Runs a command of the `cli` folder in this process. */
export async function runHere(
  command: (args: readonly string[], environment: NodeJS.ProcessEnv, output: Output) => Promise<number>,
  ...args: string[]
): Promise<Ran> {
  const said: string[] = [];
  let screen = '';
  const write = (text: string) => {
    screen += text;
  };
  const code = await command(args, {}, { say: (line) => said.push(line), screen: { write } });
  return { code, said: said.join('\n'), screen };
}

/** A folder for a test's files. */
export interface Files extends Disposable {
  /** Writes a file; answers its path. */
  put(name: string, content: string | Uint8Array): string;
  path(name: string): string;
}

/** Makes a folder that goes with the test. */
export function files(): Files {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-files-'));
  const path = (name: string) => join(folder, name);
  return {
    path,
    put(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A text as tills in China export it. */
export function gbk(text: string): Uint8Array {
  const decoder = new TextDecoder('gbk');
  const bytes = new Map<string, [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const letter = decoder.decode(Uint8Array.of(lead, trail));
      if (letter.length === 1 && !bytes.has(letter)) bytes.set(letter, [lead, trail]);
    }
  return Uint8Array.from([...text].flatMap((letter) => bytes.get(letter) ?? letter.charCodeAt(0)));
}
