import { readFileSync, statSync } from 'node:fs';
import { CommandFailure } from './refusal.ts';
import { MAX_FILE, readSheet, type Sheet } from './sheet.ts';

/** Reads a file as a table. Throws a CommandFailure that names the file when it cannot be. */
export function openSheet(file: string, search: Parameters<typeof readSheet>[1]): Sheet {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new CommandFailure('this is a folder; name a file in it');
    if (stat.size > MAX_FILE) throw tooLarge();
    return readSheet(readFileSync(file), search);
  } catch (error) {
    if (error instanceof CommandFailure) throw new CommandFailure(`${file}: ${error.message}`);
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    throw new CommandFailure(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${message}`);
  }
}

function tooLarge(): CommandFailure {
  return new CommandFailure(`the file is larger than ${MAX_FILE / 1_000_000} MB; split it, by month for instance`);
}
