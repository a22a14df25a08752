import { escaped } from '../../../kernel/plain-page.ts';
import type { Command } from './commands.ts';

/** A sheet that was printed. */
export interface Sheet {
  /** What stands on it, line by line. */
  lines: string[];
  /** What it looks like; a unit is a dot, of which there are eight to the millimetre. */
  svg: string;
  /** Whether it was cut off, or the paper ended before. */
  isCut: boolean;
}

/** A letter of half width is so many dots wide, and all are so high. */
const HALF = 12;
const HEIGHT = 24;
/** From one line to the next. */
const SPACING = 30;

/** What has been put in the line that is not printed yet. */
interface Piece {
  x: number;
  width: number;
  height: number;
  draw(x: number, y: number): string;
  text: string;
}

/** The state of a printer's head and paper, which commands change; its lines end up on sheets. */
export class Paper {
  readonly #dots: number;
  #pieces: Piece[] = [];
  #lines: string[] = [];
  #drawn: string[] = [];
  #y = 0;
  #x = 0;
  #style = {
    wide: 1,
    high: 1,
    bold: false,
    inverse: false,
    underlined: false,
    align: 0,
    left: 0,
    area: 0,
    han: false,
    page: 0,
  };
  #image: { width: number; rows: Buffer[] } | undefined;

  constructor(millimetres: 58 | 80) {
    this.#dots = millimetres === 58 ? 384 : 576;
  }

  /** Carries a command out; answers the sheet that it cuts off. */
  do({ name, data }: Command): Sheet | undefined {
    const [n = 0, m = 0] = data;
    const style = this.#style;
    const of: Record<string, () => void> = {
      'ESC @': () => {
        Object.assign(style, { wide: 1, high: 1, bold: false, inverse: false, underlined: false });
        Object.assign(style, { align: 0, left: 0, area: this.#dots, han: false, page: 0 });
      },
      'GS !': () => Object.assign(style, { wide: (n >> 4) + 1, high: (n & 7) + 1 }),
      'ESC E': () => Object.assign(style, { bold: (n & 1) === 1 }),
      'GS B': () => Object.assign(style, { inverse: (n & 1) === 1 }),
      'ESC -': () => Object.assign(style, { underlined: (n & 3) !== 0 && n !== 48 }),
      'ESC a': () => Object.assign(style, { align: n & 3 }),
      'ESC t': () => Object.assign(style, { page: n }),
      'FS &': () => Object.assign(style, { han: true }),
      'FS .': () => Object.assign(style, { han: false }),
      'GS L': () => Object.assign(style, { left: n + 256 * m }),
      'GS W': () => Object.assign(style, { area: n + 256 * m }),
      'ESC $': () => this.#moveTo(n + 256 * m),
      'ESC \\': () => this.#moveTo(this.#x + data.readInt16LE(0)),
      'ESC d': () => {
        for (let lines = 0; lines < n; lines++) this.#feed();
      },
      'GS 8L': () => {
        this.#image = imageIn(data);
      },
      'GS (L': () => this.#place(),
      TEXT: () => this.#write(data),
      LF: () => this.#feed(),
    };
    of[name]?.();
    return name === 'GS V' ? this.end(true) : undefined;
  }

  /** Ends the sheet; undefined when nothing stands on it. */
  end(isCut: boolean): Sheet | undefined {
    if (this.#pieces.length > 0) this.#feed();
    if (this.#drawn.length === 0) return undefined;
    const height = this.#y + 40;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -24 ${this.#dots + 32} ${height + 24}" width="${(this.#dots + 32) / 2}"><rect x="-16" y="-24" width="${this.#dots + 32}" height="${height + 24}" fill="#fffef8"/><g font-family="'Noto Sans Mono CJK SC','Noto Sans CJK SC','WenQuanYi Zen Hei',monospace" font-size="${HEIGHT}">${this.#drawn.join('')}</g></svg>`;
    const sheet = { lines: this.#lines, svg, isCut };
    [this.#lines, this.#drawn, this.#y, this.#x] = [[], [], 0, 0];
    return sheet;
  }

  #moveTo(x: number): void {
    this.#x = x;
  }

  #write(data: Buffer): void {
    const { wide, high, bold, inverse, underlined, han, page } = this.#style;
    const text = han ? new TextDecoder('gb18030').decode(data) : halfWidth(data, page);
    const halves = [...text].reduce((sum, letter) => sum + widthOf(letter), 0);
    const width = halves * HALF * wide;
    const draw = (x: number, y: number) => {
      const letters = `<text y="${HEIGHT - 4}" textLength="${halves * HALF}" lengthAdjust="spacingAndGlyphs"${bold ? ' font-weight="bold"' : ''}${inverse ? ' fill="#fff"' : ''}${underlined ? ' text-decoration="underline"' : ''}>${escaped(text).replaceAll(' ', '&#160;')}</text>`;
      const ground = inverse ? `<rect width="${halves * HALF}" height="${HEIGHT}"/>` : '';
      return `<g transform="translate(${x} ${y}) scale(${wide} ${high})">${ground}${letters}</g>`;
    };
    this.#put({ x: this.#x, width, height: HEIGHT * high, draw, text });
  }

  #place(): void {
    const image = this.#image;
    if (!image) return;
    this.#image = undefined;
    const draw = (x: number, y: number) =>
      `<path transform="translate(${x} ${y})" d="${pathOf(image.rows, image.width)}"/>`;
    this.#put({ x: this.#x, width: image.width, height: image.rows.length, draw, text: '[image]' });
    this.#feed();
  }

  #put(piece: Piece): void {
    this.#pieces.push(piece);
    this.#x += piece.width;
  }

  /** Prints the line. */
  #feed(): void {
    const { align, left, area } = this.#style;
    const height = Math.max(SPACING, ...this.#pieces.map((piece) => piece.height + SPACING - HEIGHT));
    const end = Math.max(0, ...this.#pieces.map(({ x, width }) => x + width));
    const shift = left + ((area - end) * align) / 2;
    for (const piece of this.#pieces) {
      // What is wider than the paper is lost at its edge, as it is on a real one.
      const x = Math.round(piece.x + shift);
      this.#drawn.push(piece.draw(x, this.#y + height - SPACING + HEIGHT - piece.height));
    }
    this.#lines.push(
      this.#pieces
        .map(({ text }) => text)
        .join(' ')
        .trimEnd(),
    );
    this.#y += height;
    [this.#pieces, this.#x] = [[], 0];
  }
}

/** A letter's width in halves: what is not of the Latin alphabets is as wide as a Han letter. */
function widthOf(letter: string): number {
  return (letter.codePointAt(0) ?? 0) < 0x80 || letter === '─' ? 1 : 2;
}

/** Letters of half width; of page 1 only what rules are made of. */
function halfWidth(data: Buffer, page: number): string {
  return Array.from(data, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : page === 1 && byte === 0x95 ? '─' : '?',
  ).join('');
}

/** A picture as GS 8 L has it: m fn a bx by c xL xH yL yH, then a bit for each dot. */
function imageIn(data: Buffer): { width: number; rows: Buffer[] } {
  const [width, height] = [data.readUInt16LE(6), data.readUInt16LE(8)];
  const bytes = Math.ceil(width / 8);
  return { width, rows: Array.from({ length: height }, (_, y) => data.subarray(10 + y * bytes, 10 + (y + 1) * bytes)) };
}

/** The black dots of a picture; rows that are alike are drawn as one. */
function pathOf(rows: readonly Buffer[], width: number): string {
  const path: string[] = [];
  for (let y = 0; y < rows.length; ) {
    const row = rows[y] as Buffer;
    let next = y + 1;
    while (next < rows.length && row.equals(rows[next] as Buffer)) next += 1;
    const isBlack = (x: number) => x < width && ((row[x >> 3] ?? 0) & (128 >> (x & 7))) !== 0;
    for (let x = 0; x < width; x++) {
      if (!isBlack(x)) continue;
      const from = x;
      while (isBlack(x)) x += 1;
      path.push(`M${from} ${y}h${x - from}v${next - y}h${from - x}z`);
    }
    y = next;
  }
  return path.join('');
}
