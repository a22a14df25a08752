/** Something that a printer is told to do. */
export interface Command {
  /** Its letters as ESC/POS writes them, such as `ESC @`; TEXT and LF stand for themselves. */
  name: string;
  /** What comes behind the name. */
  data: Buffer;
}

/** How many bytes follow, or where their number stands: `words` is pL pH, of 4 bytes where the name ends with 8L. */
type Length = number | 'words' | 'long';

const ESC: Readonly<Record<string, Length>> = {
  '@': 0,
  '2': 0,
  '3': 1,
  ' ': 1,
  '{': 1,
  '-': 1,
  E: 1,
  M: 1,
  R: 1,
  a: 1,
  d: 1,
  t: 1,
  $: 2,
  '\\': 2,
  p: 3,
  B: 2,
};
const FS: Readonly<Record<string, Length>> = { '&': 0, '.': 0, '-': 1, C: 1, '!': 1, S: 2, '(A': 'words' };
const GS: Readonly<Record<string, Length>> = {
  a: 1,
  B: 1,
  '!': 1,
  r: 1,
  L: 2,
  W: 2,
  h: 1,
  w: 1,
  H: 1,
  '8L': 'long',
  '(L': 'words',
  '(k': 'words',
};

/**
 * Takes the next command off the front of what has come; null while it is not whole. Throws for what no printer knows: a
 * real one would print rubbish.
 */
export function nextCommand(bytes: Buffer): { command: Command; rest: Buffer } | null {
  const [first] = bytes;
  if (first === undefined) return null;
  const take = (name: string, from: number, to: number) =>
    bytes.length < to ? null : { command: { name, data: bytes.subarray(from, to) }, rest: bytes.subarray(to) };
  if (first === 0x0a) return take('LF', 1, 1);
  if (first === 0x10) return bytes.length < 3 ? null : take('DLE EOT', 2, 3);
  if (first === 0x1b) return prefixed('ESC', ESC);
  if (first === 0x1c) return prefixed('FS', FS);
  if (first === 0x1d && bytes[1] === 0x56) return cut();
  if (first === 0x1d) return prefixed('GS', GS);
  if (first < 0x20 || first === 0x7f) throw new Error(`a printer does not know the byte ${first}`);
  const end = bytes.findIndex((byte) => byte < 0x20 || byte === 0x7f);
  return take('TEXT', 0, end === -1 ? bytes.length : end);

  function prefixed(prefix: string, known: Readonly<Record<string, Length>>) {
    const one = String.fromCharCode(bytes[1] ?? 0);
    const two = one + String.fromCharCode(bytes[2] ?? 0);
    if (bytes.length < 2 || (bytes.length < 3 && (one === '(' || one === '8'))) return null;
    const letters = known[two] === undefined ? one : two;
    const length = known[letters];
    if (length === undefined) throw new Error(`a printer does not know ${prefix} ${two}`);
    const from = 1 + letters.length;
    if (typeof length === 'number') return take(`${prefix} ${letters}`, from, from + length);
    const data = from + (length === 'long' ? 4 : 2);
    if (bytes.length < data) return null;
    const size = length === 'long' ? bytes.readUInt32LE(from) : bytes.readUInt16LE(from);
    return take(`${prefix} ${letters}`, data, data + size);
  }

  /** GS V is followed by one byte, or from 65 on by two. */
  function cut() {
    const [, , mode] = bytes;
    return mode === undefined ? null : take('GS V', 2, mode >= 65 ? 4 : 3);
  }
}
