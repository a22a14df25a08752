import { createHmac, randomBytes } from 'node:crypto';

/** How far the clock of somebody else may be off, in seconds. */
const TOLERANCE = 300;

/** A secret as Standard Webhooks writes it. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The headers of a message that is signed at a moment, in epoch milliseconds. */
export function signed(secret: string, id: string, at: number, body: string): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${mac(secret, `${id}.${seconds}.${body}`)}`,
  };
}

/** What is wrong with a message's signature, or null. */
export function wrongWith(
  secret: string,
  header: (name: string) => string | undefined,
  body: string,
  now: number,
): string | null {
  const [id, at, signatures = ''] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (!id || !at) return 'not signed';
  if (!(Math.abs(now / 1000 - Number(at)) <= TOLERANCE)) return 'the clock is off';
  return signatures.split(' ').includes(`v1,${mac(secret, `${id}.${at}.${body}`)}`) ? null : 'the signature is wrong';
}

function mac(secret: string, text: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return createHmac('sha256', key).update(text).digest('base64');
}
