import { type Clock, MINUTE } from '../../kernel/clock.ts';
import { accountOf } from './account.ts';
import type { Guards } from './guards.ts';
import { refusal } from './refusal.ts';

/** Counts that a text is read that nobody has asked before. Throws RATE_LIMITED when its sender has had too many read. */
export type CountReading = (address: string | undefined, characters: number) => void;

/**
 * Counts what is read for each address in a minute of the clock: reading and validating hold this process, so each gateway
 * counts for itself, and before it is known who asks.
 */
export function readings({ readingPerMinute: allowed }: Pick<Guards, 'readingPerMinute'>, clock: Clock): CountReading {
  const read = new Map<string, number>();
  let current = 0;
  return (address, characters) => {
    const minute = Math.floor(clock.now() / MINUTE);
    if (minute !== current) read.clear();
    current = minute;
    const { name, isLimited } = accountOf({ identity: { kind: 'anonymous' }, address });
    const asked = (read.get(name) ?? 0) + characters;
    read.set(name, asked);
    if (!isLimited || asked <= allowed) return;
    const retryAfter = Math.ceil(((minute + 1) * MINUTE - clock.now()) / 1_000);
    throw refusal('RATE_LIMITED', { limit: 'readingPerMinute', allowed, asked, retryAfter });
  };
}
