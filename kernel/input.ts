import { badInput } from './errors.ts';

/** A text without spaces at its ends, of `min` to `max` characters and no control characters but line breaks. */
export function text(field: string, value: string, min: number, max: number): string {
  const trimmed = value.trim();
  const length = [...trimmed].length;
  if (length < min || length > max) throw badInput(field, `has ${min} to ${max} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0009\u000b-\u001f\u007f]/.test(trimmed)) throw badInput(field, 'holds control characters');
  return trimmed;
}

/** Like `text`, for what may be left out: null when it is, or is empty. */
export function optionalText(field: string, value: string | null | undefined, max: number): string | null {
  return value == null || value.trim() === '' ? null : text(field, value, 1, max);
}

/** A whole number from `min` to `max`. */
export function whole(field: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw badInput(field, `is a whole number from ${min} to ${max}`);
  return value;
}

/** A list of `min` to `max` entries. */
export function list<T>(field: string, value: readonly T[], min: number, max: number): readonly T[] {
  if (value.length < min || value.length > max) throw badInput(field, `has ${min} to ${max} entries`);
  return value;
}
