import { CommandFailure } from './refusal.ts';

/** A file's text, with line feeds alone at the ends of its lines. */
export interface DecodedText {
  text: string;
  encoding: string;
  /** How the encoding was found, where a reader should know. */
  note?: string;
}

/**
 * Reads a file's bytes. A byte-order mark decides; without one UTF-8 is tried, then GB18030, which is what tills in China
 * export. Throws a CommandFailure for an empty file, a workbook, and bytes that are neither.
 */
export function decodeText(bytes: Uint8Array, encoding?: string): DecodedText {
  if (bytes.length === 0) throw new CommandFailure('the file is empty');
  if (startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]))
    throw new CommandFailure('the file is a workbook, not CSV: open it and save it as "CSV UTF-8"');
  if (startsWith(bytes, [0x25, 0x50, 0x44, 0x46])) throw new CommandFailure('the file is a PDF, not CSV');
  if (encoding) {
    const text = decode(bytes, encoding, true);
    if (text === undefined) throw new CommandFailure(`the file is not ${encoding}; leave --encoding out to detect it`);
    return { text, encoding };
  }
  const marked = byteOrderMark(bytes);
  if (marked) return { text: decode(bytes, marked, false) ?? '', encoding: marked };
  if (bytes.includes(0)) return withoutMark(bytes);
  const utf8 = decode(bytes, 'utf-8', true) ?? decode(withoutCutCharacter(bytes), 'utf-8', true);
  if (utf8 !== undefined) return { text: utf8, encoding: 'utf-8' };
  const chinese = decode(bytes, 'gb18030', true) ?? decode(bytes.subarray(0, -1), 'gb18030', true);
  if (chinese !== undefined && looksChinese(bytes))
    return { text: chinese, encoding: 'gb18030', note: 'the file is not UTF-8; it was read as GB18030 (GBK)' };
  throw new CommandFailure('the file is neither UTF-8 nor GB18030; name its encoding, such as --encoding windows-1252');
}

function decode(bytes: Uint8Array, encoding: string, fatal: boolean): string | undefined {
  const decoder = decoderOf(encoding, fatal);
  try {
    return decoder.decode(bytes).replace(/\r\n?/g, '\n');
  } catch {
    return undefined;
  }
}

function decoderOf(encoding: string, fatal: boolean): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal });
  } catch {
    throw new CommandFailure(`there is no encoding called ${encoding}`);
  }
}

/** Text with zero bytes is UTF-16 that lacks its mark, or no text. */
function withoutMark(bytes: Uint8Array): DecodedText {
  const encoding = bytes[0] === 0 ? 'utf-16be' : 'utf-16le';
  const text = decode(bytes.subarray(0, bytes.length & ~1), encoding, true);
  if (text === undefined || text.includes('\0') || !text.includes('\n'))
    throw new CommandFailure('the file is not text: export it as CSV');
  return { text, encoding, note: `the file has zero bytes; it was read as ${encoding.toUpperCase()}` };
}

/** Whether the pairs of bytes that are not ASCII are common Chinese: Western letters decode as rare ones (è, m). */
function looksChinese(bytes: Uint8Array): boolean {
  let [common, rare] = [0, 0];
  for (let at = 0; at < bytes.length - 1; at++) {
    if ((bytes[at] as number) < 0x80) continue;
    if ((bytes[at + 1] as number) >= 0xa1) common += 1;
    else rare += 1;
    at += 1;
  }
  return common >= rare;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  return undefined;
}

/** Leaves out the beginning of a UTF-8 character at the end, as a file has it that was cut within one. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return bytes.subarray(0, -back);
    if (byte < 0x80) break;
  }
  return bytes;
}
