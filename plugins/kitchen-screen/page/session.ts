import { type Ask, Refused } from './api.ts';
import type { ServerClock } from './clock.ts';
import { exclusively } from './exclusive.ts';
import { claimPairing, type Device, refreshSession, type Tokens } from './graph.ts';

/** The session has ended for good: the screen was unpaired. */
export class Unpaired extends Error {}

/** The paired device's session, kept by the browser and shared by its tabs. */
export interface Session {
  /** The screen; null when it is not paired. */
  device(): Device | null;
  /** Pairs by a code. Throws Refused (PAIRING_CODE_REFUSED) or Unreachable. */
  claim(code: string): Promise<void>;
  /**
   * A token that is good for a minute at least. `refused` is one that the server did not take, whatever its end says.
   * Throws Unpaired or Unreachable.
   */
  token(refused?: string): Promise<string>;
  /** Notes what has become of the device's name and place. */
  rename(device: Device): void;
}

interface Stored extends Tokens {
  device: Device;
}

const KEY = 'dinegraph.kitchen.session';
/** A token is renewed when less than this is left of it, in milliseconds. */
const MARGIN = 2 * 60_000;
/** How long another tab may take to write down what it got for our common refresh token, in milliseconds. */
const OTHER_TAB = 2_500;

/** Reads and keeps the session in localStorage. */
export function localSession(ask: Ask, clock: ServerClock): Session {
  let renewing: Promise<string> | undefined;

  async function renew(from: Stored): Promise<string> {
    try {
      const { refreshSession: tokens } = await ask(refreshSession, { refreshToken: from.refreshToken });
      return keep(tokens, from.device);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'SESSION_EXPIRED') throw error;
      // A refresh token is good once: another tab may have been first.
      await new Promise((resolve) => setTimeout(resolve, OTHER_TAB));
      const now = read();
      if (now && now.refreshToken !== from.refreshToken) return now.accessToken;
      localStorage.removeItem(KEY);
      throw new Unpaired('the session is refused');
    }
  }

  return {
    device: () => read()?.device ?? null,
    async claim(code) {
      const { device, ...tokens } = (await ask(claimPairing, { code })).claimPairing;
      keep(tokens, device);
    },
    async token(refused) {
      const stored = read();
      if (!stored) throw new Unpaired('there is no session');
      const left = Date.parse(stored.expiresAt) - clock.now();
      if (stored.accessToken !== refused && left > MARGIN) return stored.accessToken;
      renewing ??= exclusively(KEY, async () => {
        const current = read();
        if (!current) throw new Unpaired('there is no session');
        // While this tab waited for its turn, another may have renewed it.
        return current.refreshToken === stored.refreshToken ? renew(current) : current.accessToken;
      }).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    rename(device) {
      const stored = read();
      if (stored?.device.id === device.id) keep(stored, device);
    },
  };
}

function keep({ accessToken, expiresAt, refreshToken }: Tokens, device: Device): string {
  const stored: Stored = { accessToken, expiresAt, refreshToken, device };
  localStorage.setItem(KEY, JSON.stringify(stored));
  return accessToken;
}

function read(): Stored | null {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Stored | null;
    return stored?.refreshToken && stored.device.store.id ? stored : null;
  } catch {
    return null;
  }
}
