import type { PrinterProblem } from '../../subgraphs/devices/ports.ts';

/** Asks for a status while everything else waits: DLE EOT n. */
export const ask = (n: Question): Buffer => Buffer.from([0x10, 0x04, n]);

/** 1 is the printer, 2 why it is offline, 3 what its error is, 4 its paper. */
export type Question = 1 | 2 | 3 | 4;

/** Whether a byte answers DLE EOT: bits 1 and 4 are set, 0 and 7 are not. */
export const isStatus = (byte: number): boolean => (byte & 0b1001_0011) === 0b0001_0010;

/** Whether a byte answers GS r 1: bits 4 and 7 are not set. */
export const isConfirmation = (byte: number): boolean => (byte & 0b1001_0000) === 0;

/** Whether a byte is the first of four that tell a state unasked (GS a): bit 4 is set, 0, 1 and 7 are not. */
export const isUnasked = (byte: number): boolean => (byte & 0b1001_0011) === 0b0001_0000;

/** Whether the answer to GS r 1 says that the paper is near its end. */
export const isLowIn = (confirmation: number): boolean => (confirmation & 0b0000_0011) !== 0;

/** Whether the answer to GS r 1 says that the paper has come to its end: who knows where. */
export const isOutIn = (confirmation: number): boolean => (confirmation & 0b0000_1100) !== 0;

/** What the answers say is wrong; null when nothing is. */
export function problemIn(answers: Readonly<Record<Question, number>>): PrinterProblem | null {
  if ((answers[4] & 0b0110_0000) !== 0) return 'PAPER_OUT';
  if ((answers[2] & 0b0000_0100) !== 0) return 'COVER_OPEN';
  // Of the cutter, one that does not go away, and one that does.
  if ((answers[3] & 0b0110_1000) !== 0) return 'FAULT';
  if ((answers[1] & 0b0000_1000) !== 0) return 'OFFLINE';
  return null;
}

/** Whether the answers say that the paper is near its end. */
export function isLow(answers: Readonly<Record<Question, number>>): boolean {
  return (answers[4] & 0b0000_1100) !== 0;
}
