import { createHmac } from 'node:crypto';
import { MINUTE } from '../../kernel/clock.ts';
import { digest } from '../../kernel/crypto.ts';
import type { Host } from '../../kernel/module.ts';
import { deviceError } from './errors.ts';

/** Thirty-two signs of which none is taken for another when it is read aloud or from a screen: no I, O, 0 or 1. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 8;

/**
 * A device's pairing code, out of a secret of this process: without it the code is as good as random, and a repeated
 * request gets the same one although only its hash is stored.
 */
export function pairingCode(secret: Buffer, deviceId: string): string {
  const bytes = createHmac('sha256', secret).update(deviceId).digest().subarray(0, LENGTH);
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

/** What is stored of a code. Small letters, spaces and hyphens make no difference to whoever types it. */
export function hashOfCode(code: string): string {
  return digest(code.replace(/[\s-]/g, '').toUpperCase());
}

/** How many wrong codes a minute are answered before all are refused. */
const WRONG_A_MINUTE = 20;

/** Keeps codes from being guessed: counts wrong ones in all processes, whoever sends them. */
export interface GuessLimit {
  /** Counts an attempt as wrong until it proves right. Throws PAIRING_REFUSED_TOO_OFTEN. */
  attempt(): Promise<{ right(): Promise<void> }>;
}

/** Makes a limit of wrong codes, which begins anew with every minute of the clock. */
export function guessLimit({ cache, clock }: Pick<Host, 'cache' | 'clock'>): GuessLimit {
  return {
    async attempt() {
      const minute = Math.floor(clock.now() / MINUTE);
      const tried = `devices:codes-tried:${minute}`;
      const right = `devices:codes-right:${minute}`;
      // Counted before it is looked at, so that many at once are not all the first.
      const [attempts, proved] = await Promise.all([cache.count(tried, 2 * MINUTE), cache.get(right)]);
      if (attempts - Number(proved ?? 0) > WRONG_A_MINUTE) throw deviceError('PAIRING_REFUSED_TOO_OFTEN');
      return {
        async right() {
          await cache.count(right, 2 * MINUTE);
        },
      };
    },
  };
}
